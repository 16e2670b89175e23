import Weft

/// What `list` says of a container, and `pack` of the one it wrote.
struct ListReport {
  /// Sums over what was listed.
  struct Totals {
    var tensors = 0
    var stored = 0
    var rawBytes = 0
    var packedBytes = 0
    var storedBytes = 0

    /// Packed over raw; 1 where there is nothing to pack.
    var ratio: Double { rawBytes == 0 ? 1 : Double(packedBytes) / Double(rawBytes) }

    mutating func add(_ sizes: ListSizes) {
      tensors += 1
      rawBytes += sizes.rawBytes
      packedBytes += sizes.packedBytes
    }

    mutating func add(_ record: StoredRecord) {
      stored += 1
      storedBytes += record.byteCount
    }
  }

  let entries: [IndexEntry]
  let fileByteCount: UInt64

  init(_ entries: [IndexEntry], fileByteCount: UInt64) {
    (self.entries, self.fileByteCount) = (entries, fileByteCount)
  }

  /// The line of totals.
  func line(_ totals: Totals) -> String {
    let carried = totals.stored == 0 ? "" : ", \(totals.stored) stored entries of \(totals.storedBytes) bytes"
    return """
      \(totals.tensors) tensors: \(totals.rawBytes) -> \(totals.packedBytes) bytes, ratio \
      \(decimals(totals.ratio))\(carried); file \(fileByteCount) bytes

      """
  }

  /// The line of totals of all entries.
  var totals: String {
    var totals = Totals()
    for entry in entries {
      switch entry.kind {
      case .tensor(let record, let histogram): totals.add(ListSizes(record, histogram))
      case .stored(let record): totals.add(record)
      }
    }
    return line(totals)
  }

  /// One line an entry, tensors first, and a line of totals, to standard output. Cost: memory for the lines.
  func writeText() throws {
    var table = ListTable(lines: entries.count)
    var totals = Totals()
    for entry in entries {
      guard case .tensor(let record, let histogram) = entry.kind else { continue }
      let sizes = ListSizes(record, histogram)
      table.append(record, sizes)
      totals.add(sizes)
    }
    for entry in entries where totals.tensors < entries.count {
      guard case .stored(let record) = entry.kind else { continue }
      table.append(record)
      totals.add(record)
    }
    var text = ReportText()
    try table.write(to: &text)
    text.put(text: line(totals))
    try text.flush()
  }
}

extension BlockSize {
  /// The name used on the command line and in reports.
  var name: String {
    switch self {
    case .group: "group"
    case .lanes256: "256"
    case .lanes2048: "2048"
    }
  }
}
