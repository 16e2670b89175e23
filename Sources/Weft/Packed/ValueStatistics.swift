/// The values that packing may subtract: the smallest and the most frequent (SPEC.md section 6).
struct ValueStatistics {
  /// nil when the tensor has no values.
  private(set) var minimum: Int32?
  private(set) var mostFrequent: Int32?

  /// What to ask of a pass over all values: how often a likely most frequent value occurs, that of a thousand values
  /// spread over the tensor, and buckets where these can prove it and nothing simpler will.
  static func question(_ tensor: QuantizedTensor) -> LaneStatistics {
    let count = tensor.descriptor.valueCount
    let step = max(1, count / 1024)
    let isWide = tensor.descriptor.elementType.byteCount == 2
    var sample: [UInt16] = []
    sample.reserveCapacity(1025 + step)
    var sums = [Int](repeating: 0, count: 256)
    for index in stride(from: 0, to: count, by: step) {
      let pattern = UInt16(truncatingIfNeeded: tensor[index]) & (isWide ? 0xFFFF : 0xFF)
      sample.append(pattern)
      sums[Int((pattern ^ pattern >> 8) & 0xFF)] += 1
    }
    // The most frequent value of the fullest of 256 sums, by majority.
    let fullest = sums.indices.max { sums[$0] < sums[$1] }!
    var (guess, lead) = (UInt16(0), 0)
    for pattern in sample where Int((pattern ^ pattern >> 8) & 0xFF) == fullest {
      if lead == 0 { guess = pattern }
      lead += pattern == guess ? 1 : -1
    }
    let share = sample.count { $0 == guess }
    let isMost = 20 * share > 11 * sample.count
    let isRare = 24 * share < sample.count
    return LaneStatistics(guess: guess, countsBuckets: !isMost && !isRare)
  }

  /// Takes over what a pass over all values found, and looks for the most frequent one where asked for.
  ///
  /// More than half of the values are the most frequent one. Else values fall into 16 buckets by their lowest bits,
  /// and no value is more frequent than its bucket: where the guess occurs more often than every other bucket holds
  /// values, and than the rest of its own does, it is the most frequent. Else every value is counted: one more pass,
  /// two counters for each value between the smallest and the largest.
  init(_ found: LaneStatistics, of tensor: QuantizedTensor, wantsMostFrequent: Bool) {
    guard tensor.descriptor.valueCount > 0 else { return }
    minimum = found.minimum
    guard wantsMostFrequent else { return }
    let isAlone =
      found.countsBuckets
      && (0..<16).allSatisfy { bucket in
        let own = bucket == Int(found.guess & 15) ? found.guessCount : 0
        return found.bucketCounts[bucket] - own < found.guessCount
      }
    let isProven = isAlone || 2 * found.guessCount > tensor.descriptor.valueCount
    let type = tensor.descriptor.elementType
    if isProven {
      mostFrequent =
        !type.isSigned
        ? Int32(found.guess)
        : type.byteCount == 1 ? Int32(Int8(truncatingIfNeeded: found.guess)) : Int32(Int16(bitPattern: found.guess))
      return
    }
    // Values in their order, so that the first largest count is the smallest value's.
    let counts = ValueStatistics.counts(tensor, found.minimum...found.maximum)
    var most = 0
    for ordinal in counts.indices where counts[ordinal] > most {
      most = counts[ordinal]
      mostFrequent = found.minimum + Int32(ordinal)
    }
  }

  /// How often each value of a range that holds them all occurs. Neighbours count in two tables, so that a run of one
  /// value does not wait for its own counter.
  private static func counts(_ tensor: QuantizedTensor, _ range: ClosedRange<Int32>) -> [Int] {
    // The region has `valueCount` elements, and `tensor` holds it. Tables have a power of two of places, at most one
    // for each pattern, so that the mask keeps every distance from the smallest value in them.
    let bytes = unsafe tensor.region.bytes
    let isWide = tensor.descriptor.elementType.byteCount == 2
    let values = 1 << (Int.bitWidth - (range.count - 1).leadingZeroBitCount)
    let (smallest, mask) = (Int(range.lowerBound), values - 1)
    var counts = [Int](repeating: 0, count: 2 * values)
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      let count = tensor.descriptor.valueCount
      for first in stride(from: 0, to: count, by: ByteRegion.passByteCount) {
        for index in first..<min(count, first + ByteRegion.passByteCount) {
          let pattern =
            unsafe isWide
            ? Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self)))
            : Int(bytes[index])
          unsafe counts[(pattern &- smallest) & mask &+ (index & 1) &* values] &+= 1
        }
        tensor.region.relieveBetweenPasses()
      }
      for value in 0..<values { unsafe counts[value] += counts[values + value] }
    }
    counts.removeLast(values)
    return counts
  }
}
