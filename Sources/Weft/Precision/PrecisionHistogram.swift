/// How many groups need, or are stored with, each precision 0...16.
public struct PrecisionHistogram: Hashable, Sendable {
  /// 17 counts of groups.
  public var counts: [17 of Int] = .init(repeating: 0)

  /// A histogram of nothing.
  public init() {}

  /// Groups with a precision.
  public subscript(precision: Int) -> Int {
    get { counts[precision] }
    set { counts[precision] = newValue }
  }

  /// Number of groups.
  public var groupCount: Int {
    var sum = 0
    for precision in 0...16 { sum += counts[precision] }
    return sum
  }

  /// The largest precision with a group; 0 when there is no group.
  public var largest: Int { (0...16).last { counts[$0] > 0 } ?? 0 }

  /// Adds the counts of another histogram.
  public mutating func add(_ other: PrecisionHistogram) {
    for precision in 0...16 { counts[precision] += other.counts[precision] }
  }

  /// Bits of the rows of these groups when each is stored with its own precision.
  public func payloadBitCount(groupSize: GroupSize) -> Int {
    var planes = 0
    for precision in 1...16 { planes += precision * counts[precision] }
    return planes * groupSize.laneCount
  }

  /// The histogram of stored precisions when groups are stored through `table`; nil when a group does not fit.
  public func stored(through table: PrecisionTable) -> PrecisionHistogram? {
    var result = PrecisionHistogram()
    let entries = table.entries
    for precision in 0...16 where counts[precision] > 0 {
      guard let index = table.index(for: precision) else { return nil }
      result[entries[index]] += counts[precision]
    }
    return result
  }

  public static func == (left: PrecisionHistogram, right: PrecisionHistogram) -> Bool {
    (0...16).allSatisfy { left.counts[$0] == right.counts[$0] }
  }

  public func hash(into hasher: inout Hasher) {
    for precision in 0...16 { hasher.combine(counts[precision]) }
  }
}
