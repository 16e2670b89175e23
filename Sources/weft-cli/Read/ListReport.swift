import Weft

/// What `list` says of a container, and `pack` of the one it wrote.
struct ListReport: Encodable {
  struct Tensor: Encodable {
    var name: String
    var dtype: String
    var shape: [Int]
    var order: String
    var block: String
    var group_size: Int
    var precision_table: [Int]
    var signed: Bool
    var rebase: Int32
    var zero_point: Int32?
    var zero_compaction: Bool
    var values: Int
    var raw_bytes: Int
    var header_bits: Int
    var mask_bits: Int
    var payload_bits: Int
    var packed_bytes: Int
    var ratio: Double
    var precision_histogram: [Int]
  }

  struct Stored: Encodable {
    var name: String
    var dtype: String
    var shape: [Int]
    var bytes: Int
  }

  var tensors: [Tensor] = []
  var stored: [Stored] = []
  var raw_bytes = 0
  var packed_bytes = 0
  var stored_bytes = 0
  var file_bytes: UInt64
  var ratio = 1.0

  init(_ entries: [IndexEntry], fileByteCount: UInt64) {
    file_bytes = fileByteCount
    for entry in entries {
      switch entry.kind {
      case .tensor(let record, _): append(record, entry.summary!)
      case .stored(let record):
        stored.append(
          Stored(name: record.name, dtype: record.typeName, shape: record.shape, bytes: record.byteCount))
        stored_bytes += record.byteCount
      }
    }
    ratio = ListReport.ratio(packed_bytes, raw_bytes)
  }

  private mutating func append(_ record: TensorRecord, _ summary: TensorSummary) {
    let (descriptor, settings) = (record.descriptor, record.settings)
    tensors.append(
      Tensor(
        name: descriptor.name, dtype: descriptor.elementType.name, shape: descriptor.shape,
        order: settings.order.name, block: settings.block.name, group_size: settings.groupSize.laneCount,
        precision_table: settings.table.entries, signed: settings.isSigned, rebase: settings.rebase,
        zero_point: descriptor.zeroPoint, zero_compaction: settings.isCompacted, values: descriptor.valueCount,
        raw_bytes: summary.rawByteCount, header_bits: summary.headerBitCount, mask_bits: summary.maskBitCount,
        payload_bits: summary.payloadBitCount, packed_bytes: summary.packedByteCount,
        ratio: ListReport.ratio(summary.packedByteCount, summary.rawByteCount),
        precision_histogram: (0...16).map { summary.histogram[$0] }))
    raw_bytes += summary.rawByteCount
    packed_bytes += summary.packedByteCount
  }

  /// Packed over raw; 1 where there is nothing to pack.
  static func ratio(_ packed: Int, _ raw: Int) -> Double { raw == 0 ? 1 : Double(packed) / Double(raw) }

  /// One line a tensor and a line of totals.
  var text: String {
    var table = TextTable([
      "tensor", "dtype", "shape", "order", "block", "group", "table", "raw bytes", "packed bytes", "ratio",
    ])
    for tensor in tensors {
      table.append([
        tensor.name, tensor.dtype, tensor.shape.map(String.init).joined(separator: "x"), tensor.order, tensor.block,
        String(tensor.group_size), tensor.precision_table.map(String.init).joined(separator: ","),
        String(tensor.raw_bytes), String(tensor.packed_bytes), decimals(tensor.ratio),
      ])
    }
    for entry in stored {
      table.append([
        entry.name, entry.dtype, entry.shape.map(String.init).joined(separator: "x"), "stored", "", "", "",
        String(entry.bytes), String(entry.bytes), "",
      ])
    }
    return table.text + totals
  }

  /// The line of totals.
  var totals: String {
    let carried = stored.isEmpty ? "" : ", \(stored.count) stored entries of \(stored_bytes) bytes"
    return """
      \(tensors.count) tensors: \(raw_bytes) -> \(packed_bytes) bytes, ratio \(decimals(ratio))\(carried); \
      file \(file_bytes) bytes

      """
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
