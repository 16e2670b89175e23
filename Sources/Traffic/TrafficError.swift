/// Why traffic cannot be told.
public struct TrafficError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Rule: String, Hashable, Sendable {
    /// More bytes than the channel holds.
    case outOfMemory = "out of memory"
    /// Something is not known of a network.
    case missing
    /// Options that contradict one another.
    case unsupported
  }

  public var rule: Rule
  public var detail: String

  public init(_ rule: Rule, _ detail: String) {
    self.rule = rule
    self.detail = detail
  }

  public var description: String { "\(rule.rawValue): \(detail)" }
}
