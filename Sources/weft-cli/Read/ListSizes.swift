import Weft

/// The sizes of a packed tensor that the list tells.
struct ListSizes {
  var rawBytes: Int
  var headerBits: Int
  var maskBits: Int
  var payloadBits: Int
  var packedBytes: Int

  init(_ record: TensorRecord, _ histogram: PrecisionHistogram) {
    let settings = record.settings
    let values = record.descriptor.valueCount
    rawBytes = (values * record.descriptor.elementType.rawBitCount + 7) / 8
    headerBits = histogram.groupCount * settings.table.headerBitCount
    maskBits = settings.isCompacted ? values : 0
    payloadBits = histogram.payloadBitCount(groupSize: settings.groupSize)
    packedBytes = (headerBits + maskBits + payloadBits + 7) / 8
  }

  /// Packed over raw; 1 where there is nothing to pack.
  var ratio: Double { rawBytes == 0 ? 1 : Double(packedBytes) / Double(rawBytes) }
}
