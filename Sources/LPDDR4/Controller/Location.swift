/// A place in the channel.
public struct Location: Hashable, Sendable {
  public var bank: Int
  public var row: Int
  /// Burst within the row.
  public var column: Int

  public init(bank: Int, row: Int, column: Int) {
    self.bank = bank
    self.row = row
    self.column = column
  }
}
