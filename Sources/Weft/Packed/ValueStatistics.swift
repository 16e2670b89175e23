/// The values that packing may subtract: the smallest and the most frequent; and the largest, which says whether
/// what is left fits. Cost: one pass; 256 or 65,536 counters where the most frequent value is wanted.
public struct ValueStatistics: Hashable, Sendable {
  /// nil when the tensor has no values.
  public private(set) var minimum: Int32?
  public private(set) var maximum: Int32?
  /// The smaller of equally frequent values; nil where not asked for.
  public private(set) var mostFrequent: Int32?

  public init(_ tensor: QuantizedTensor, wantsMostFrequent: Bool) {
    guard tensor.descriptor.valueCount > 0 else { return }
    let type = tensor.descriptor.elementType
    let counts = ValueStatistics.counts(tensor)
    // Patterns in the order of their values, so that the first largest count is the smallest value's.
    let bits = 8 * type.byteCount
    let bias = type.isSigned ? 1 << (bits - 1) : 0
    for ordinal in 0..<counts.count {
      let count = counts[(ordinal + bias) & (counts.count - 1)]
      guard count > 0 else { continue }
      let value = Int32(ordinal - bias)
      minimum = minimum ?? value
      maximum = value
      if wantsMostFrequent {
        let held = mostFrequent.map { counts[Int($0) & (counts.count - 1)] } ?? 0
        if count > held { mostFrequent = value }
      }
    }
  }

  /// How often each bit pattern of an element occurs.
  private static func counts(_ tensor: QuantizedTensor) -> [Int] {
    let bytes = tensor.region.bytes
    let isWide = tensor.descriptor.elementType.byteCount == 2
    var counts = [Int](repeating: 0, count: isWide ? 65536 : 256)
    counts.withUnsafeMutableBufferPointer { counts in
      if isWide {
        for index in 0..<bytes.count / 2 {
          counts[Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)))] += 1
        }
      } else {
        for byte in bytes { counts[Int(byte)] += 1 }
      }
    }
    return counts
  }
}
