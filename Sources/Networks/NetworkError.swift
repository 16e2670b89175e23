/// Why a layer graph could not be read, checked or run: the rule it breaks and where.
public struct NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rules.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// Not the syntax of the format.
    case malformed
    /// Two statements contradict each other: shapes, references, scales, an order that is a cycle.
    case inconsistent
    /// Something that is needed is not there.
    case missing
    /// Above a published limit.
    case tooLarge = "too large"
    /// Valid, but running it would give numbers nobody defined.
    case unsupported
    /// A sum leaves the accumulator's type.
    case overflow
  }

  /// The rule that is broken.
  public var rule: Rule
  /// What is wrong, expected and found.
  public var detail: String
  /// Where: `byte 10`, `layer 'conv1'`, `layer 'conv1', key 'stride'`; empty for the whole.
  public var place: String

  /// Makes an error; the description reads `rule: detail (place)`.
  public init(_ rule: Rule, _ detail: String, place: String = "") {
    self.rule = rule
    self.detail = detail
    self.place = place
  }

  /// The same error with its place inside something larger.
  public func inside(_ outer: String) -> NetworkError {
    NetworkError(rule, detail, place: place.isEmpty ? outer : "\(outer), \(place)")
  }

  /// One line: `rule: detail (place)`.
  public var description: String {
    place.isEmpty ? "\(rule.rawValue): \(detail)" : "\(rule.rawValue): \(detail) (\(place))"
  }
}
