/// The values that packing may subtract: the smallest and the most frequent (SPEC.md section 6).
struct ValueStatistics {
  /// nil when the tensor has no values.
  private(set) var minimum: Int32?
  private(set) var mostFrequent: Int32?

  /// A likely most frequent value, as a bit pattern: that of a thousand values spread over the tensor.
  static func guess(_ tensor: QuantizedTensor) -> UInt16 {
    let count = tensor.descriptor.valueCount
    let step = max(1, count / 1024)
    var sample = stride(from: 0, to: count, by: step).map { UInt16(truncatingIfNeeded: tensor[$0]) }
    tensor.region.relieve()
    if tensor.descriptor.elementType.byteCount == 1 { sample = sample.map { $0 & 0xFF } }
    sample.sort()
    var (best, longest, start) = (UInt16(0), 0, 0)
    for index in sample.indices where index + 1 == sample.count || sample[index + 1] != sample[index] {
      if index + 1 - start > longest { (best, longest) = (sample[index], index + 1 - start) }
      start = index + 1
    }
    return best
  }

  /// Takes over what a pass over all values found, and looks for the most frequent one where asked for.
  ///
  /// Values fall into 16 buckets by their lowest bits, and no value is more frequent than its bucket. So where the
  /// guess occurs more often than every other bucket holds values, and than the rest of its own does, it is the most
  /// frequent. Else every value is counted: one more pass, 256 or 65,536 counters.
  init(_ found: LaneStatistics, of tensor: QuantizedTensor, wantsMostFrequent: Bool) {
    guard tensor.descriptor.valueCount > 0 else { return }
    minimum = found.minimum
    guard wantsMostFrequent else { return }
    let isProven = (0..<16).allSatisfy { bucket in
      let own = bucket == Int(found.guess & 15) ? found.guessCount : 0
      return found.bucketCounts[bucket] - own < found.guessCount
    }
    let type = tensor.descriptor.elementType
    if isProven {
      mostFrequent =
        !type.isSigned
        ? Int32(found.guess)
        : type.byteCount == 1 ? Int32(Int8(truncatingIfNeeded: found.guess)) : Int32(Int16(bitPattern: found.guess))
      return
    }
    let counts = ValueStatistics.counts(tensor)
    // Patterns in the order of their values, so that the first largest count is the smallest value's.
    let bias = type.isSigned ? counts.count / 2 : 0
    var most = 0
    for ordinal in 0..<counts.count where counts[(ordinal + bias) & (counts.count - 1)] > most {
      most = counts[(ordinal + bias) & (counts.count - 1)]
      mostFrequent = Int32(ordinal - bias)
    }
  }

  /// How often each bit pattern of an element occurs. Neighbours count in two tables, so that a run of one value does
  /// not wait for its own counter.
  private static func counts(_ tensor: QuantizedTensor) -> [Int] {
    // The region has `valueCount` elements, and `tensor` holds it; a pattern is below `patterns`, and there are two
    // tables.
    let bytes = unsafe tensor.region.bytes
    let isWide = tensor.descriptor.elementType.byteCount == 2
    let patterns = isWide ? 65536 : 256
    var counts = [Int](repeating: 0, count: 2 * patterns)
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      let count = tensor.descriptor.valueCount
      for first in stride(from: 0, to: count, by: ByteRegion.passByteCount) {
        for index in first..<min(count, first + ByteRegion.passByteCount) {
          let pattern =
            unsafe isWide
            ? Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self)))
            : Int(bytes[index])
          unsafe counts[pattern &+ (index & 1) &* patterns] &+= 1
        }
        tensor.region.relieve()
      }
      for pattern in 0..<patterns { unsafe counts[pattern] += counts[patterns + pattern] }
    }
    counts.removeLast(patterns)
    return counts
  }
}
