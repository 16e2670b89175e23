import Weft

/// The lines of a list, their cells one after the other: about 100 bytes a line.
struct ListTable {
  private static let heading = [
    "tensor", "dtype", "shape", "order", "block", "group", "table", "raw bytes", "packed bytes", "ratio",
  ]
  private var bytes: [UInt8] = []
  /// Where each cell ends; as many a line as there are columns.
  private var ends: [Int] = []
  /// Characters of the widest cell of each column.
  private var widths = [Int](repeating: 0, count: heading.count)

  init() { for name in ListTable.heading { cell(name) } }

  mutating func append(_ record: TensorRecord, _ sizes: ListSizes) {
    let (descriptor, settings) = (record.descriptor, record.settings)
    cell(descriptor.name)
    cell(descriptor.elementType.name)
    cell(shape: descriptor.shape)
    cell(settings.order.name)
    cell(settings.block.name)
    cell(settings.groupSize.laneCount)
    var isFirst = true
    for precision in 0...16 where settings.table.members >> UInt32(precision) & 1 == 1 {
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
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
    endCell()
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

  private mutating func endCell() {
    let column = ends.count % widths.count
    widths[column] = max(widths[column], width((ends.last ?? 0)..<bytes.count))
    ends.append(bytes.count)
  }

  private func width(_ cell: Range<Int>) -> Int {
    for place in cell where bytes[place] >= 0x80 { return String(decoding: bytes[cell], as: UTF8.self).count }
    return cell.count
  }

  /// Writes all lines: the first column to the left, the others to the right.
  func write(to text: inout ReportText) throws {
    var start = 0
    for line in stride(from: 0, to: ends.count, by: widths.count) {
      // What stands in front of the next cell; none behind the last one that holds something.
      var space = 0
      for column in widths.indices {
        let cell = start..<ends[line + column]
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
