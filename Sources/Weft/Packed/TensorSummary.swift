/// The exact size of a packed tensor, section by section.
public struct TensorSummary: Hashable, Sendable {
  /// Groups with each stored precision.
  public let histogram: PrecisionHistogram
  /// Container bits a value times values: 4-bit elements count 4.
  public let rawBitCount: Int
  public let headerBitCount: Int
  public let maskBitCount: Int
  public let payloadBitCount: Int

  public init(_ descriptor: TensorDescriptor, settings: PackingSettings, histogram: PrecisionHistogram) {
    self.histogram = histogram
    rawBitCount = descriptor.valueCount * descriptor.elementType.rawBitCount
    headerBitCount = histogram.groupCount * settings.table.headerBitCount
    maskBitCount = settings.isCompacted ? descriptor.valueCount : 0
    payloadBitCount = histogram.payloadBitCount(groupSize: settings.groupSize)
  }

  /// Headers, mask and payload.
  public var packedBitCount: Int { headerBitCount + maskBitCount + payloadBitCount }

  /// Packed bits, rounded up to bytes.
  public var packedByteCount: Int { (packedBitCount + 7) / 8 }

  /// Raw bits, rounded up to bytes.
  public var rawByteCount: Int { (rawBitCount + 7) / 8 }
}
