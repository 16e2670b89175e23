/// What one look at lanes tells a search over settings.
public struct LaneFindings {
  /// Group sizes asked for: bit i is 8 << i lanes.
  public let sizes: UInt32
  /// Count groups of all lanes, and of those that zero compaction keeps.
  public let countsWhole: Bool
  public let countsKept: Bool
  /// Groups by needed precision, for each size from 8 to 256; zeros where not asked for.
  public var whole: [6 of PrecisionCounts] = .init(repeating: PrecisionCounts())
  public var kept: [6 of PrecisionCounts] = .init(repeating: PrecisionCounts())
  /// Extremes and frequencies of elements.
  public var statistics: LaneStatistics

  /// Findings of nothing.
  public init(sizes: some Sequence<GroupSize>, countsWhole: Bool, countsKept: Bool, statistics: LaneStatistics) {
    self.sizes = sizes.reduce(0) { $0 | 1 << LaneFindings.place($1) }
    self.countsWhole = countsWhole
    self.countsKept = countsKept
    self.statistics = statistics
  }

  /// Groups of one size by needed precision.
  public func counts(_ size: GroupSize, isCompacted: Bool) -> PrecisionCounts {
    let place = Int(LaneFindings.place(size))
    return isCompacted ? kept[place] : whole[place]
  }

  private static func place(_ size: GroupSize) -> UInt32 { UInt32(size.rawValue) - 3 }
}
