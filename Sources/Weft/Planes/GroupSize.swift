/// Lanes that share one precision: 8, 16, 32, 64, 128 or 256.
public enum GroupSize: UInt8, Hashable, Sendable, CaseIterable {
  case lanes8 = 3
  case lanes16 = 4
  case lanes32 = 5
  case lanes64 = 6
  case lanes128 = 7
  case lanes256 = 8

  /// The group size with that many lanes; nil for any other number.
  public init?(laneCount: Int) {
    guard laneCount >= 8, laneCount <= 256, laneCount.nonzeroBitCount == 1 else { return nil }
    self.init(rawValue: UInt8(laneCount.trailingZeroBitCount))
  }

  /// Number of lanes.
  @inline(__always)
  public var laneCount: Int { 1 << Int(rawValue) }

  /// Bytes of one word: one plane of a group.
  public var wordByteCount: Int { 1 << (Int(rawValue) - 3) }

  /// Groups that `lanes` lanes are cut into.
  @inline(__always)
  public func groupCount(lanes: Int) -> Int { (lanes + laneCount - 1) >> Int(rawValue) }
}
