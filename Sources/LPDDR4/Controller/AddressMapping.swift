/// Which bits of an address choose row, bank and column (burst within the row).
public struct AddressMapping: Hashable, Sendable {
  /// The order of the fields, the most significant first.
  public enum Order: Hashable, Sendable {
    /// Row, bank, column.
    case roBaCo
    /// Row, column, bank.
    case roCoBa
    /// Bank, row, column.
    case baRoCo
    #if !hasFeature(Embedded)
      /// A letter `R`, `B` or `C` for every bit above the byte offset within a burst, the most significant first.
      case bits(String)
    #endif
  }

  public var order: Order
  /// The bank is the exclusive or of its bits and the lowest bits of the row.
  public var hasBankXOR: Bool

  public init(_ order: Order = .roBaCo, hasBankXOR: Bool = false) {
    self.order = order
    self.hasBankXOR = hasBankXOR
  }
}
