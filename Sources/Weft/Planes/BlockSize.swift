/// The lanes that are transposed together: one group, 256 (16 windows by 16 channels) or 2,048 (128 filters by 16
/// channels, the 2 Kb weight bus of Loom).
public enum BlockSize: UInt8, Hashable, Sendable, CaseIterable {
  case group = 0
  case lanes256 = 8
  case lanes2048 = 11

  /// Lanes of a full block for a group size.
  public func laneCount(groupSize: GroupSize) -> Int {
    self == .group ? groupSize.laneCount : 1 << Int(rawValue)
  }
}
