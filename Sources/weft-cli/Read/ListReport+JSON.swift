import Weft

extension ListReport {
  /// The report as one JSON document on standard output, one line an entry.
  func writeJSON() throws {
    var text = ReportText()
    var totals = Totals()
    text.put(text: "{\n  \"file_bytes\" : \(fileByteCount),\n  \"tensors\" : [")
    var separator: StaticString = "\n    "
    for entry in entries {
      guard case .tensor(let record, let histogram) = entry.kind else { continue }
      let sizes = ListSizes(record, histogram)
      text.put(separator)
      ListReport.put(record, sizes, histogram, to: &text)
      totals.add(sizes)
      separator = ",\n    "
      try text.pass()
    }
    text.put("\n  ],\n  \"stored\" : [")
    separator = "\n    "
    for entry in entries where totals.tensors < entries.count {
      guard case .stored(let record) = entry.kind else { continue }
      text.put(separator)
      ListReport.put(record, to: &text)
      totals.add(record)
      separator = ",\n    "
      try text.pass()
    }
    text.put(text: "\n  ],\n  \"raw_bytes\" : \(totals.rawBytes),\n  \"packed_bytes\" : \(totals.packedBytes),\n")
    text.put(text: "  \"ratio\" : \(totals.ratio),\n  \"stored_bytes\" : \(totals.storedBytes)\n}\n")
    try text.flush()
  }

  private static func put(_ record: StoredRecord, to text: inout ReportText) {
    text.put("{\"bytes\" : ")
    text.put(record.byteCount)
    text.put(", \"dtype\" : ")
    text.put(quoted: record.typeName)
    text.put(", \"name\" : ")
    text.put(quoted: record.name)
    text.put(", \"shape\" : ")
    put(record.shape, to: &text)
    text.put("}")
  }

  private static func put(
    _ record: TensorRecord, _ sizes: ListSizes, _ histogram: PrecisionHistogram, to text: inout ReportText
  ) {
    let (descriptor, settings) = (record.descriptor, record.settings)
    func put(_ key: StaticString, _ value: Int) {
      text.put(key)
      text.put(value)
    }
    text.put("{\"block\" : \"")
    text.put(text: settings.block.name)
    text.put("\", \"dtype\" : \"")
    text.put(text: descriptor.elementType.name)
    put("\", \"group_size\" : ", settings.groupSize.laneCount)
    put(", \"header_bits\" : ", sizes.headerBits)
    put(", \"mask_bits\" : ", sizes.maskBits)
    text.put(", \"name\" : ")
    text.put(quoted: descriptor.name)
    text.put(", \"order\" : \"")
    text.put(text: settings.order.name)
    put("\", \"packed_bytes\" : ", sizes.packedBytes)
    put(", \"payload_bits\" : ", sizes.payloadBits)
    text.put(", \"precision_histogram\" : [")
    for precision in 0...16 {
      if precision > 0 { text.put(", ") }
      text.put(histogram[precision])
    }
    text.put("], \"precision_table\" : [")
    var isFirst = true
    for precision in 0...16 where settings.table.contains(precision) {
      if !isFirst { text.put(", ") }
      text.put(precision)
      isFirst = false
    }
    text.put("], \"ratio\" : ")
    text.put(text: "\(sizes.ratio)")
    put(", \"raw_bytes\" : ", sizes.rawBytes)
    put(", \"rebase\" : ", Int(settings.rebase))
    text.put(", \"shape\" : ")
    self.put(descriptor.shape, to: &text)
    text.put(settings.isSigned ? ", \"signed\" : true" : ", \"signed\" : false")
    put(", \"values\" : ", descriptor.valueCount)
    text.put(settings.isCompacted ? ", \"zero_compaction\" : true" : ", \"zero_compaction\" : false")
    if let zeroPoint = descriptor.zeroPoint { put(", \"zero_point\" : ", Int(zeroPoint)) }
    text.put("}")
  }

  private static func put(_ shape: [Int], to text: inout ReportText) {
    text.put("[")
    for (axis, extent) in shape.enumerated() {
      if axis > 0 { text.put(", ") }
      text.put(extent)
    }
    text.put("]")
  }
}
