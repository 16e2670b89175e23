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
  /// two or four counters for each value.
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

  /// How often each value of a range that holds them all occurs. Neighbours count in tables of their own, so that a run
  /// of one value does not wait for its own counter.
  private static func counts(_ tensor: QuantizedTensor, _ range: ClosedRange<Int32>) -> [Int] {
    tensor.descriptor.elementType.byteCount == 1
      ? counts(tensor, range, UInt8.self, tables: 4) : counts(tensor, range, UInt16.self, tables: 2)
  }

  /// A table has a place for every pattern, so any bytes count inside it.
  @inline(__always)
  private static func counts<Pattern: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ tensor: QuantizedTensor, _ range: ClosedRange<Int32>, _: Pattern.Type, tables: Int
  ) -> [Int] {
    let (patterns, lanes) = (1 << Pattern.bitWidth, 8 / MemoryLayout<Pattern>.size)
    var counts = [Int](repeating: 0, count: range.count)
    var found = [UInt32](repeating: 0, count: tables * patterns)
    // The region has `valueCount` elements, and `tensor` holds it.
    let bytes = unsafe tensor.region.bytes
    for first in stride(from: 0, to: tensor.region.count, by: ByteRegion.passByteCount) {
      let last = min(tensor.region.count, first + ByteRegion.passByteCount)
      unsafe found.withUnsafeMutableBufferPointer { found in
        let table = found.baseAddress!
        var place = first
        while last - place >= 8 {
          let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
          for lane in 0..<lanes {
            let pattern = Int(Pattern(truncatingIfNeeded: word &>> UInt64(lane &* Pattern.bitWidth)))
            unsafe table[lane % tables &* patterns &+ pattern] &+= 1
          }
          place &+= 8
        }
        while place < last {
          let pattern = unsafe Pattern(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Pattern.self))
          unsafe table[Int(pattern)] &+= 1
          place &+= MemoryLayout<Pattern>.size
        }
        for ordinal in counts.indices {
          let pattern = Int(Pattern(truncatingIfNeeded: range.lowerBound + Int32(ordinal)))
          for copy in 0..<tables {
            unsafe counts[ordinal] += Int(found[copy * patterns + pattern])
            unsafe found[copy * patterns + pattern] = 0
          }
        }
      }
      tensor.region.relieveBetweenPasses()
    }
    return counts
  }
}
