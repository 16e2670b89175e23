/// One run of lanes in which blocks do not restart (SPEC.md section 4), and where its elements come from.
public struct Segment: Hashable, Sendable {
  /// First filter (`filters`) of the segment's items; 0 for items that are positions or lanes.
  public var firstFilter: Int
  /// Window position (`filters`), else 0.
  public var step: Int
  /// Channel brick.
  public var brick: Int
  /// Items and lanes an item.
  public var itemCount: Int
  public var itemLanes: Int
  /// Lanes of a full block here: halved where items have 8 lanes.
  public var blockLanes: Int

  /// Lanes of the segment.
  public var laneCount: Int { itemCount * itemLanes }
  var blockCount: Int { (laneCount + blockLanes - 1) / blockLanes }
}

extension LaneGeometry {
  /// Items of item block `index` of a convolution group.
  private func items(ofBlock index: Int) -> Int { min(itemBlockSize, itemCount - index * itemBlockSize) }

  private var itemBlockCount: Int { valueCount == 0 ? 0 : (itemCount + itemBlockSize - 1) / itemBlockSize }

  private func blockLanes(itemLanes: Int) -> Int {
    let full = block.laneCount(groupSize: groupSize)
    return itemLanes == 8 ? max(groupSize.laneCount, full / 2) : full
  }

  private func segment(group: Int, itemBlock: Int, step: Int, brick: Int) -> Segment {
    let lanes = brick == brickCount - 1 ? lastItemLanes : itemLanes
    return Segment(
      firstFilter: group * itemCount + itemBlock * itemBlockSize, step: step, brick: brick,
      itemCount: items(ofBlock: itemBlock), itemLanes: lanes, blockLanes: blockLanes(itemLanes: lanes))
  }

  /// The segment of a brick, for orders whose items are positions.
  func segment(brick: Int) -> Segment { segment(group: 0, itemBlock: 0, step: 0, brick: brick) }

  /// Blocks of one full brick and of the last brick, for an item block.
  private func brickBlocks(itemBlock: Int) -> (full: Int, last: Int) {
    (
      brickCount > 1 ? segment(group: 0, itemBlock: itemBlock, step: 0, brick: 0).blockCount : 0,
      segment(group: 0, itemBlock: itemBlock, step: 0, brick: brickCount - 1).blockCount
    )
  }

  private func blocks(ofItemBlock itemBlock: Int) -> Int {
    let (full, last) = brickBlocks(itemBlock: itemBlock)
    return stepCount * ((brickCount - 1) * full + last)
  }

  private var blocksPerConvolutionGroup: Int {
    guard itemBlockCount > 0 else { return 0 }
    return (itemBlockCount - 1) * blocks(ofItemBlock: 0) + blocks(ofItemBlock: itemBlockCount - 1)
  }

  /// Number of blocks of the tensor, from everything else.
  var countedBlocks: Int { convolutionGroups * blocksPerConvolutionGroup }

  /// Number of pieces of the tensor.
  public var pieceCount: Int { (blockCount + blocksPerPiece - 1) / blocksPerPiece }

  /// Number of frames of the tensor.
  public var frameCount: Int { (pieceCount + LaneGeometry.piecesPerFrame - 1) / LaneGeometry.piecesPerFrame }

  /// Blocks in a full frame.
  public var blocksPerFrame: Int { blocksPerPiece * LaneGeometry.piecesPerFrame }

  /// Numbers of the pieces of a frame.
  @inline(never)
  public func pieces(ofFrame frame: Int) -> Range<Int> {
    let first = frame * LaneGeometry.piecesPerFrame
    return first..<min(pieceCount, first + LaneGeometry.piecesPerFrame)
  }

  /// The segment that holds a block, and the block's number in it. Cost: constant.
  func locate(block: Int) -> (segment: Segment, block: Int) {
    let (group, inGroup) = block.quotientAndRemainder(dividingBy: blocksPerConvolutionGroup)
    let itemBlock = min(inGroup / blocks(ofItemBlock: 0), itemBlockCount - 1)
    let inItemBlock = inGroup - itemBlock * blocks(ofItemBlock: 0)
    let (full, last) = brickBlocks(itemBlock: itemBlock)
    let (step, inStep) = inItemBlock.quotientAndRemainder(dividingBy: (brickCount - 1) * full + last)
    let brick = full == 0 ? 0 : min(inStep / full, brickCount - 1)
    return (segment(group: group, itemBlock: itemBlock, step: step, brick: brick), inStep - brick * full)
  }

  /// The numbers of the blocks that may hold lanes of rows `rows` of axis 0: all of them unless the order keeps
  /// rows together (`linear` in C order, `filters` with the filter axis first).
  func blocks(ofRows rows: Range<Int>, in descriptor: TensorDescriptor) -> Range<Int> {
    guard !rows.isEmpty, blockCount > 0, !descriptor.isColumnMajor else { return 0..<blockCount }
    if order == .linear {
      let rowLanes = valueCount / descriptor.shape[0]
      let lanes = block.laneCount(groupSize: groupSize)
      return rows.lowerBound * rowLanes / lanes..<(rows.upperBound * rowLanes + lanes - 1) / lanes
    }
    guard order == .filters, itemBlockSize == LaneGeometry.filtersPerBlock,
      descriptor.layout.roles.first == .outer
    else { return 0..<blockCount }
    func firstBlock(ofFilter filter: Int) -> Int {
      let (group, item) = filter.quotientAndRemainder(dividingBy: itemCount)
      return group * blocksPerConvolutionGroup + item / itemBlockSize * blocks(ofItemBlock: 0)
    }
    let last = rows.upperBound - 1
    let lastItemBlock = last % itemCount / itemBlockSize
    return firstBlock(ofFilter: rows.lowerBound)..<firstBlock(ofFilter: last) + blocks(ofItemBlock: lastItemBlock)
  }
}

extension LaneGeometry {
  /// Numbers of the blocks of a piece.
  @inline(never)
  public func blocks(ofPiece piece: Int) -> Range<Int> {
    let first = piece * blocksPerPiece
    return first..<min(blockCount, first + blocksPerPiece)
  }

  /// Numbers of the blocks of a frame.
  public func blocks(ofFrame frame: Int) -> Range<Int> {
    let first = frame * blocksPerFrame
    return first..<min(blockCount, first + blocksPerFrame)
  }

  /// The most groups that `blocks` blocks can have.
  func groupBound(blocks: Int) -> Int {
    min(blocks, blockCount) * groupSize.groupCount(lanes: blockLaneBound)
  }

  /// The most bytes a frame's record can have with a table whose largest entry is `largest`.
  func frameByteBound(largest: Int) -> Int {
    let groups = groupBound(blocks: blocksPerFrame)
    let maskBytes = LaneGeometry.pieceLanes * LaneGeometry.piecesPerFrame / 8
    return 64 + maskBytes + groups + groups * groupSize.wordByteCount * largest
  }

  /// Groups of the blocks, without zero compaction.
  func groupCount(blocks: Range<Int>) -> Int {
    var count = 0
    forEachPart(ofBlocks: blocks) { _, lanes in count += groupSize.groupCount(lanes: lanes.count) }
    return count
  }

  /// Groups of a frame, without zero compaction.
  func groupCount(frame: Int) -> Int { groupCount(blocks: blocks(ofFrame: frame)) }

  /// The lanes of the first segment that the blocks touch, and the number of the block after them.
  @inline(never)
  private func firstPart(ofBlocks blocks: Range<Int>) -> (segment: Segment, lanes: Range<Int>, next: Int) {
    // A flat order is one segment, whose blocks are numbered like the tensor's: nothing to look for.
    let (segment, first) =
      isFlat
      ? (segment(group: 0, itemBlock: 0, step: 0, brick: 0), blocks.lowerBound) : locate(block: blocks.lowerBound)
    let last = min(segment.blockCount, first + blocks.count)
    let lanes = first * segment.blockLanes..<min(segment.laneCount, last * segment.blockLanes)
    return (segment, lanes, blocks.lowerBound + last - first)
  }

  /// Calls `body` with the lanes of each segment that the blocks touch.
  @inline(__always)
  func forEachPart<Failure: Error>(
    ofBlocks blocks: Range<Int>, _ body: (Segment, Range<Int>) throws(Failure) -> Void
  ) throws(Failure) {
    var block = blocks.lowerBound
    while block < blocks.upperBound {
      let (segment, lanes, next) = firstPart(ofBlocks: block..<blocks.upperBound)
      try body(segment, lanes)
      block = next
    }
  }

  /// Lanes of a frame in a flat order (one segment).
  @inline(__always)
  func flatLanes(ofFrame frame: Int) -> Range<Int> {
    let all = LaneGeometry.piecesPerFrame * LaneGeometry.pieceLanes
    return frame * all..<min(valueCount, (frame + 1) * all)
  }
}
