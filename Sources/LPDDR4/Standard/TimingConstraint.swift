/// One timing rule: `to` may start `clocks` after `from` started.
///
/// Times run from the first clock of one command to the first clock of the other.
public struct TimingConstraint: Hashable, Sendable {
  #if hasFeature(Embedded)
    /// Words about a rule, for people: an embedded program does not carry them.
    public struct Note: ExpressibleByStringInterpolation, Hashable, Sendable {
      public struct StringInterpolation: StringInterpolationProtocol {
        @inline(__always)
        public init(literalCapacity: Int, interpolationCount: Int) {}

        @inline(__always)
        public mutating func appendLiteral(_ literal: StaticString) {}

        @inline(__always)
        public mutating func appendInterpolation<T>(_ value: @autoclosure () -> T) {}
      }

      @inline(__always)
      public init(stringLiteral text: StaticString) {}

      @inline(__always)
      public init(stringInterpolation: StringInterpolation) {}
    }
  #else
    /// Words about a rule, for people.
    public typealias Note = String
  #endif

  /// Where the rule holds.
  public enum Scope: UInt8, Hashable, Sendable {
    /// Both commands name the same bank.
    case bank
    /// Any two commands of the channel.
    case channel
  }

  public var from: CommandKind
  public var to: CommandKind
  public var scope: Scope
  public var clocks: Int
  /// How many `from` back the rule looks: 1, or 4 for the window of four activates.
  public var count: Int
  /// The formula in timing parameters.
  public var formula: Note
  /// The JEDEC table or the file that the rule was taken from.
  public var source: Note

  public init(
    _ from: CommandKind, _ to: CommandKind, _ scope: Scope, _ clocks: Int, count: Int = 1, formula: Note,
    source: Note
  ) {
    self.from = from
    self.to = to
    self.scope = scope
    self.clocks = clocks
    self.count = count
    self.formula = formula
    self.source = source
  }

  /// `ACT-PRE bank 92`.
  public var name: String {
    "\(from.name)-\(to.name) \(scope == .bank ? "bank" : "channel")\(count > 1 ? " (\(count) back)" : "")"
  }
}
