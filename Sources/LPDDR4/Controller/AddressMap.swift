/// An address mapping worked out for the sizes of one channel.
public struct AddressMap: Sendable {
  private let offsetBits: Int
  private let columnShift: Int
  private let columnMask: Int
  private let bankShift: Int
  private let bankMask: Int
  private let rowShift: Int
  private let rowMask: Int
  private let xorMask: Int
  /// Source bits of each field, the lowest first; empty where the fields are contiguous.
  private let scattered: [[UInt8]]

  /// Throws `StandardError` when letters and sizes do not agree, or when a number of rows that is no power of two is
  /// not in the highest bits.
  public init(_ mapping: AddressMapping, _ organization: Organization) throws(StandardError) {
    func bits(_ count: Int) -> Int { count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount }
    let offset = bits(organization.bytesPerBurst)
    let (columns, banks, rows) = (
      bits(organization.burstsPerRow), bits(organization.bankCount), bits(organization.rowCount)
    )
    offsetBits = offset
    (columnMask, bankMask, rowMask) = ((1 << columns) - 1, (1 << banks) - 1, (1 << rows) - 1)
    xorMask = mapping.hasBankXOR ? bankMask : 0
    var letters: [[UInt8]] = []
    var rowsAreOnTop = true
    switch mapping.order {
    case .roBaCo: (columnShift, bankShift, rowShift) = (offset, offset + columns, offset + columns + banks)
    case .roCoBa: (bankShift, columnShift, rowShift) = (offset, offset + banks, offset + banks + columns)
    case .baRoCo:
      (columnShift, rowShift, bankShift) = (offset, offset + columns, offset + columns + rows)
      rowsAreOnTop = false
    #if !hasFeature(Embedded)
      case .bits(let text):
        (columnShift, bankShift, rowShift) = (0, 0, 0)
        letters = [[], [], []]
        for (index, letter) in text.utf8.reversed().enumerated() {
          guard let field = Array("CBR".utf8).firstIndex(of: letter) else {
            throw StandardError(.option, "bit order '\(text)'", found: index, "letters R, B and C only")
          }
          letters[field].append(UInt8(truncatingIfNeeded: offset + index))
        }
        for (field, count) in zip(letters.indices, [columns, banks, rows]) where letters[field].count != count {
          throw StandardError(
            .option, "bit order '\(text)', letters \(["C", "B", "R"][field])", found: letters[field].count, "\(count)")
        }
        rowsAreOnTop = text.utf8.prefix(rows).allSatisfy { $0 == UInt8(ascii: "R") }
    #endif
    }
    scattered = letters
    guard rowsAreOnTop || organization.rowCount & (organization.rowCount - 1) == 0 else {
      throw StandardError(
        .option, "mapping with rows below other fields", found: organization.rowCount, "a power of two of rows")
    }
  }

  /// Where an address lies; addresses are below the channel's byte count.
  @inline(__always)
  public func location(_ address: Int) -> Location {
    guard scattered.isEmpty else { return gathered(address) }
    let row = (address &>> rowShift) & rowMask
    return Location(
      bank: ((address &>> bankShift) & bankMask) ^ (row & xorMask), row: row,
      column: (address &>> columnShift) & columnMask)
  }

  /// The address of a location: the inverse of `location`.
  public func address(_ location: Location) -> Int {
    let bank = location.bank ^ (location.row & xorMask)
    guard !scattered.isEmpty else {
      return location.row << rowShift | bank << bankShift | location.column << columnShift
    }
    var address = 0
    for (field, value) in zip(scattered, [location.column, bank, location.row]) {
      for (bit, source) in field.enumerated() { address |= ((value >> bit) & 1) << Int(source) }
    }
    return address
  }

  private func gathered(_ address: Int) -> Location {
    var values = (0, 0, 0)
    for (bit, source) in scattered[0].enumerated() { values.0 |= ((address >> Int(source)) & 1) << bit }
    for (bit, source) in scattered[1].enumerated() { values.1 |= ((address >> Int(source)) & 1) << bit }
    for (bit, source) in scattered[2].enumerated() { values.2 |= ((address >> Int(source)) & 1) << bit }
    return Location(bank: values.1 ^ (values.2 & xorMask), row: values.2, column: values.0)
  }
}
