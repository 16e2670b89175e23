/// One command as it went over the command bus.
public struct IssuedCommand: Hashable, Sendable {
  public var kind: CommandKind
  /// -1 for commands that name no bank.
  public var bank: Int
  /// Row of an activate or column command, else -1.
  public var row: Int
  /// Burst within the row of a column command, else -1.
  public var column: Int
  /// Clock at which it started.
  public var clock: Int

  public init(kind: CommandKind, bank: Int, row: Int, column: Int, clock: Int) {
    self.kind = kind
    self.bank = bank
    self.row = row
    self.column = column
    self.clock = clock
  }
}
