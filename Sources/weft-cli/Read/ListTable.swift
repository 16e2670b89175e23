import Weft

/// The lines of a list, their cells one after the other: about 100 bytes a line.
struct ListTable {
  private static let heading = [
    "tensor", "dtype", "shape", "order", "block", "group", "table", "raw bytes", "packed bytes", "ratio",
  ]
  private var bytes: [UInt8] = []
  /// Bytes of each cell; as many a line as there are columns.
  private var lengths: [UInt32] = []
  /// Where the open cell begins.
  private var start = 0
  /// Whether a character is a byte everywhere.
  private var isASCII = true
  /// Characters of the widest cell of each column.
  private var widths = [Int](repeating: 0, count: heading.count)

  /// Room for about so many lines.
  init(lines: Int) {
    lengths.reserveCapacity((lines + 1) * widths.count)
    // Memory that is never written to is never taken.
    bytes.reserveCapacity(128 * lines)
    for name in ListTable.heading { cell(name) }
  }

  mutating func append(_ record: TensorRecord, _ sizes: ListSizes) {
    let (descriptor, settings) = (record.descriptor, record.settings)
    cell(descriptor.name)
    cell(descriptor.elementType.name)
    cell(shape: descriptor.shape)
    cell(settings.order.name)
    cell(settings.block.name)
    cell(settings.groupSize.laneCount)
    var isFirst = true
    for precision in 0...16 where settings.table.contains(precision) {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      bytes.append(decimal: Int64(precision))
      isFirst = false
    }
    endCell()
    cell(sizes.rawBytes)
    cell(sizes.packedBytes)
    // Three decimals.
    let thousandths = Int64((1000 * sizes.ratio).rounded())
    bytes.append(decimal: thousandths / 1000)
    bytes.append(UInt8(ascii: "."))
    if thousandths % 1000 < 100 { bytes.append(UInt8(ascii: "0")) }
    if thousandths % 1000 < 10 { bytes.append(UInt8(ascii: "0")) }
    bytes.append(decimal: thousandths % 1000)
    endCell()
  }

  mutating func append(_ record: StoredRecord) {
    cell(record.name)
    cell(record.typeName)
    cell(shape: record.shape)
    for text in ["stored", "", "", ""] { cell(text) }
    cell(record.byteCount)
    cell(record.byteCount)
    endCell()
  }

  private mutating func cell(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    let isPlain = bytes[start...].allSatisfy { $0 < 0x80 }
    isASCII = isASCII && isPlain
    endCell(characters: isPlain ? nil : text.count)
  }

  private mutating func cell(_ number: Int) {
    bytes.append(decimal: Int64(number))
    endCell()
  }

  private mutating func cell(shape: [Int]) {
    for (axis, extent) in shape.enumerated() {
      if axis > 0 { bytes.append(UInt8(ascii: "x")) }
      bytes.append(decimal: Int64(extent))
    }
    endCell()
  }

  /// Ends the cell; of so many characters, else as many as bytes.
  private mutating func endCell(characters: Int? = nil) {
    let column = lengths.count % widths.count
    let length = bytes.count - start
    widths[column] = max(widths[column], characters ?? length)
    lengths.append(UInt32(length))
    start = bytes.count
  }

  private func width(_ cell: Range<Int>) -> Int {
    isASCII ? cell.count : String(decoding: bytes[cell], as: UTF8.self).count
  }

  /// Writes all lines: the first column to the left, the others to the right.
  func write(to text: inout ReportText) throws {
    var start = 0
    for line in stride(from: 0, to: lengths.count, by: widths.count) {
      // What stands in front of the next cell; none behind the last one that holds something.
      var space = 0
      for column in widths.indices {
        let cell = start..<start + Int(lengths[line + column])
        let missing = widths[column] - width(cell)
        if column > 0 { space += 2 + missing }
        if !cell.isEmpty {
          text.put(spaces: space)
          text.put(bytes[cell])
          space = 0
        }
        if column == 0 { space += missing }
        start = cell.upperBound
      }
      text.put("\n")
      try text.pass()
    }
  }
}
