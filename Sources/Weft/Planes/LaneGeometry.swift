/// How a tensor is cut into segments, blocks, pieces and frames (SPEC.md section 4), in closed form: nothing here
/// costs memory or time in proportion to the tensor.
///
/// Segments nest as convolution groups, item blocks, steps and bricks. An *item* is what lies next to what in a
/// segment: a filter (`filters`), a position (`channels`, depthwise weights) or a single lane (`linear`, `spatial`).
public struct LaneGeometry: Hashable, Sendable {
  public let order: LaneOrder
  public let groupSize: GroupSize
  public let block: BlockSize
  public let axes: MergedAxes
  /// Elements of the tensor.
  public let valueCount: Int
  /// Convolution groups that the outer axis is cut into.
  let convolutionGroups: Int
  /// True when items are (outer, position) pairs: `channels`, and `filters` of depthwise weights.
  let itemsArePositions: Bool
  /// Items of a convolution group (all segments with the same step and brick).
  let itemCount: Int
  /// Items of a full item block.
  let itemBlockSize: Int
  let stepCount: Int
  let brickCount: Int
  /// Lanes an item has in every brick but the last, and in the last.
  let itemLanes: Int
  let lastItemLanes: Int
  /// True when the lanes of a brick run over the flattened window (ky, kx, c).
  let flattensWindow: Bool
  /// The most lanes a block has: segments may be shorter than the block size.
  let blockLaneBound: Int
  /// Blocks in a full piece.
  public let blocksPerPiece: Int
  /// Number of blocks of the tensor.
  public private(set) var blockCount = 0

  /// Pieces in a full frame.
  public static let piecesPerFrame = 16
  /// Lanes of a piece in `linear` and `spatial` order, and the most any piece has.
  public static let pieceLanes = 4096
  static let brickLanes = 16
  static let filtersPerBlock = 128

  /// Cuts a tensor. Throws `orderNotApplicable` when the order needs an axis that the tensor's layout lacks, and
  /// `settingNotApplicable` when the convolution groups do not divide the filters or a group exceeds a block.
  public init(
    _ descriptor: TensorDescriptor, order: LaneOrder, groupSize: GroupSize, block: BlockSize
  ) throws(WeftError) {
    let axes = MergedAxes(descriptor)
    let roles = descriptor.layout.roles
    if order == .filters, !roles.contains(.outer) || !roles.contains(.channel) {
      throw WeftError(.orderNotApplicable, "filters needs a filter and a channel axis", entry: descriptor.name)
    }
    if order == .spatial || order == .channels, !roles.contains(.channel) {
      throw WeftError(.orderNotApplicable, "\(order.name) needs a channel axis", entry: descriptor.name)
    }
    let groups = descriptor.convolutionGroups
    guard groups >= 1, axes.outer % groups == 0 else {
      throw WeftError(.settingNotApplicable, "convolution groups must divide the filters", entry: descriptor.name)
    }
    self.order = order
    self.groupSize = groupSize
    self.block = block
    self.axes = axes
    valueCount = descriptor.valueCount

    let byPosition = order == .channels || (order == .filters && descriptor.layout.isDepthwise)
    itemsArePositions = byPosition
    let brickLanes = LaneGeometry.brickLanes
    if order == .filters, !byPosition {
      convolutionGroups = groups
      itemCount = axes.outer / groups
      itemBlockSize = LaneGeometry.filtersPerBlock
      flattensWindow = axes.channels < brickLanes
    } else {
      convolutionGroups = 1
      let hasBricks = byPosition && (axes.channels >= brickLanes || order == .filters)
      itemCount = hasBricks ? axes.outer * axes.positions : descriptor.valueCount
      itemBlockSize = max(1, itemCount)
      flattensWindow = false
    }
    let isFlat = order != .filters && !(order == .channels && axes.channels >= brickLanes)
    if isFlat {
      (stepCount, brickCount, itemLanes, lastItemLanes) = (1, 1, 1, 1)
    } else {
      let lanes = flattensWindow ? axes.positions * axes.channels : axes.channels
      stepCount = flattensWindow || byPosition ? 1 : axes.positions
      brickCount = (lanes + brickLanes - 1) / brickLanes
      itemLanes = brickLanes
      let last = lanes - (brickCount - 1) * brickLanes
      lastItemLanes = groupSize == .lanes8 && last <= 8 ? 8 : brickLanes
    }
    let firstLanes =
      min(itemCount, itemBlockSize) * (isFlat ? 1 : brickCount == 1 ? lastItemLanes : brickLanes)
    let blockLanes = block.laneCount(groupSize: groupSize)
    guard groupSize.laneCount <= blockLanes else {
      throw WeftError(.settingNotApplicable, "group size exceeds the block", entry: descriptor.name)
    }
    blockLaneBound = max(1, min(blockLanes, firstLanes))
    blocksPerPiece = max(1, LaneGeometry.pieceLanes / blockLaneBound)
    blockCount = countedBlocks
  }

  /// True when the tensor is one segment of single lanes without absent ones: `linear`, `spatial`, few channels.
  public var isFlat: Bool { itemLanes == 1 }
}
