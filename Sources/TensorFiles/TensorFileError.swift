/// Why a file could not be read or written: the rule it breaks and where.
public struct TensorFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rules.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// Fewer bytes than something in the file says there are.
    case truncated
    /// Not the syntax of the format.
    case malformed
    /// Two things in the file contradict each other: sizes, shapes, ranges, references.
    case inconsistent
    /// Above a published limit of the reader.
    case tooLarge = "too large"
    /// Valid, but the reader would have to guess or give wrong numbers.
    case unsupported
    /// Floating-point tensors, and no way to quantise them was named.
    case floatsNeedQuantization = "floats"
    /// The operating system refused.
    case cannotAccess = "cannot access"
  }

  /// The rule that is broken.
  public var rule: Rule
  /// What is wrong, expected and found.
  public var detail: String
  /// Where: `byte 10`, `key 'shape'`, `entry 'a.npy'`; empty for the file as a whole.
  public var place: String

  /// Makes an error; the description reads `rule: detail (place)`.
  public init(_ rule: Rule, _ detail: String, place: String = "") {
    self.rule = rule
    self.detail = detail
    self.place = place
  }

  /// Makes an error at a byte offset of the file.
  public init(_ rule: Rule, _ detail: String, at offset: Int) {
    self.init(rule, detail, place: "byte \(offset)")
  }

  /// The same error with its place inside an entry of a larger file.
  public func inside(_ entry: String) -> TensorFileError {
    TensorFileError(rule, detail, place: place.isEmpty ? entry : "\(entry), \(place)")
  }

  /// One line: `rule: detail (place)`.
  public var description: String {
    place.isEmpty ? "\(rule.rawValue): \(detail)" : "\(rule.rawValue): \(detail) (\(place))"
  }
}
