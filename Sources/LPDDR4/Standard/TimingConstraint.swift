/// One timing rule: `to` may start `clocks` after `from` started.
///
/// Times run from the first clock of one command to the first clock of the other.
public struct TimingConstraint: Hashable, Sendable {
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
  public var formula: String
  /// The JEDEC table or the file that the rule was taken from.
  public var source: String

  public init(
    _ from: CommandKind, _ to: CommandKind, _ scope: Scope, _ clocks: Int, count: Int = 1, formula: String,
    source: String
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
