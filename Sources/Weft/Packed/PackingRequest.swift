/// What a caller asks for; whatever is `auto` is chosen so that headers, mask and payload take the fewest bits
/// (SPEC.md section 6).
public struct PackingRequest: Hashable, Sendable {
  public enum GroupSizeChoice: Hashable, Sendable {
    case auto
    case fixed(GroupSize)
  }

  public enum OrderChoice: Hashable, Sendable {
    /// `linear` or `spatial`, whichever is smaller.
    case auto
    case fixed(LaneOrder)
  }

  public enum TableChoice: Hashable, Sendable {
    case auto
    /// 1...width: DPRed.
    case dense
    /// One entry: the widest group.
    case layer
    /// 0, 2, 4, ...
    case even
    case fixed(PrecisionTable)
  }

  public enum CompactionChoice: Hashable, Sendable {
    case auto
    case on
    case off
  }

  public enum RebaseChoice: Hashable, Sendable {
    case auto
    case fixed(Int32)
  }

  public var groupSize: GroupSizeChoice
  public var order: OrderChoice
  /// nil for the order's default.
  public var block: BlockSize?
  public var table: TableChoice
  public var compaction: CompactionChoice
  public var rebase: RebaseChoice

  public init(
    groupSize: GroupSizeChoice = .fixed(.lanes16), order: OrderChoice = .fixed(.linear), block: BlockSize? = nil,
    table: TableChoice = .auto, compaction: CompactionChoice = .auto, rebase: RebaseChoice = .auto
  ) {
    self.groupSize = groupSize
    self.order = order
    self.block = block
    self.table = table
    self.compaction = compaction
    self.rebase = rebase
  }
}
