/// Why a standard cannot be: the part at fault, what was found and what was expected.
public struct StandardError: Error, Hashable, Sendable {
  /// The kind of fault.
  public enum Rule: Int32, Hashable, Sendable {
    /// A size of the channel is impossible.
    case organization
    /// A timing parameter is out of range.
    case parameter
    /// Two timing rows contradict each other.
    case contradiction
    /// A timing row names what does not exist.
    case row
    /// An option of the controller does not fit the standard.
    case option
  }

  public var rule: Rule
  /// The size, parameter, row or option at fault.
  public var what: Words
  public var found: Int
  /// What would be right, in words.
  public var expected: Words

  public init(_ rule: Rule, _ what: Words, found: Int, _ expected: Words) {
    self.rule = rule
    self.what = what
    self.found = found
    self.expected = expected
  }
}

extension StandardError.Rule {
  /// The rule in words.
  public var text: StaticString {
    switch self {
    case .organization: "impossible organisation"
    case .parameter: "impossible timing parameter"
    case .contradiction: "timing rows contradict each other"
    case .row: "impossible timing row"
    case .option: "option does not apply"
    }
  }
}

extension StandardError: CustomStringConvertible {
  /// One line.
  public var description: String {
    "\(rule.text) (\(what), expected \(expected), found \(found))"
  }
}
