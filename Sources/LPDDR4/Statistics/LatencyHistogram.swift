/// How often each latency occurred: one bin a clock up to 16,383, then 1,024 bins for every doubling (error below
/// 0.1 %). Its size does not depend on how much is recorded.
struct LatencyHistogram {
  static let exactBits = 14
  static let binBits = 10
  static let exactCount = 1 << exactBits
  static let binCount = exactCount + (62 - exactBits) << binBits

  private(set) var count = 0
  private(set) var sum = 0
  private(set) var smallest = Int.max
  private(set) var largest = 0
  private let bins: FixedTable<Int>
  /// One past the highest bin in use: what lies behind was never set, and costs neither time nor memory.
  private var usedBins = 0

  init() {
    // Bins are read below `usedBins` only, which all are set.
    unsafe bins = FixedTable(unsetCount: LatencyHistogram.binCount)
  }

  /// Gives the memory back; its owner calls this once, last.
  @unsafe
  func free() { unsafe bins.free() }

  /// Records a latency in clocks, `times` times.
  @inline(__always)
  mutating func record(_ latency: Int, times: Int = 1) {
    count &+= times
    sum &+= latency &* times
    smallest = min(smallest, latency)
    largest = max(largest, latency)
    let bin = LatencyHistogram.bin(latency)
    if bin >= usedBins { use(through: bin) }
    // Data ends after its request was accepted, and clocks stay below 2^62: the bins of 0..<2^62 are 0..<binCount.
    unsafe bins[unchecked: bin] &+= times
  }

  mutating func reset() {
    (count, sum, smallest, largest, usedBins) = (0, 0, Int.max, 0, 0)
  }

  /// Clears the bins that a latency is the first to need.
  @inline(never)
  private mutating func use(through bin: Int) {
    for unset in usedBins...bin { bins[unset] = 0 }
    usedBins = bin + 1
  }

  @inline(__always)
  static func bin(_ latency: Int) -> Int {
    if latency < exactCount { return latency }
    // The highest bit says which doubling, the next ten which of its bins.
    let doubling = Int.bitWidth - 1 - latency.leadingZeroBitCount
    let part = (latency >> (doubling - binBits)) & ((1 << binBits) - 1)
    return exactCount + (doubling - exactBits) << binBits + part
  }

  /// Smallest latency of a bin.
  static func latency(ofBin bin: Int) -> Int {
    if bin < exactCount { return bin }
    let (doubling, part) = ((bin - exactCount) >> binBits + exactBits, (bin - exactCount) & ((1 << binBits) - 1))
    return 1 << doubling | part << (doubling - binBits)
  }

  /// What was recorded, for reports.
  func summary() -> LatencySummary {
    var filled: [LatencySummary.Bin] = []
    for bin in 0..<usedBins where bins[bin] > 0 {
      filled.append(LatencySummary.Bin(clocks: LatencyHistogram.latency(ofBin: bin), count: bins[bin]))
    }
    return LatencySummary(
      count: count, sumClocks: sum, smallestClocks: count == 0 ? 0 : smallest, largestClocks: largest, bins: filled)
  }
}
