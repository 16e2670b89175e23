internal import CWeftKernels

/// 32 windows of a layer as one-bit operands, and room to lay them out: one thread's working memory.
///
/// What a tile holds follows from the layer's plan: for each brick its planes, for each plane a word a window. Bricks
/// are then taken by falling width, so that planes above a brick's width cost nothing.
final class WindowTile {
  static let windows = 32
  /// Words of 64 bytes that one pass over the filters reads again and again: what fits the L1 cache beside weights.
  private static let planesAPass = 320

  private let words: UnsafeMutablePointer<UInt16>
  private let order: UnsafeMutablePointer<UInt16>
  private let widths: UnsafeMutablePointer<UInt8>
  private let planeRoom: Int
  private let brickRoom: Int
  private var runs: [weft_window_run] = []
  private var runsOfTap: [Range<Int>] = []
  /// Bricks by falling width, and how many have at least 0...17 planes.
  private var brickCount = 0
  private var atLeast = [18 of UInt32](repeating: 0)

  /// Room for `brickRoom` bricks of `planeRoom` planes.
  init(brickRoom: Int, planeRoom: Int) {
    self.planeRoom = max(1, planeRoom)
    self.brickRoom = max(1, brickRoom)
    words = .allocate(capacity: self.brickRoom * self.planeRoom * 32)
    order = .allocate(capacity: self.brickRoom)
    widths = .allocate(capacity: self.brickRoom * 32)
  }

  deinit {
    words.deallocate()
    order.deallocate()
    widths.deallocate()
  }

  /// Finds the operands of windows `first..<first + count` (at most 32) tap by tap.
  func place(_ grid: WindowGrid, firstWindow first: Int, count: Int) {
    runs.removeAll(keepingCapacity: true)
    runsOfTap.removeAll(keepingCapacity: true)
    for tap in 0..<grid.tapCount {
      let start = runs.count
      grid.appendRuns(firstWindow: first, count: count, tap: tap, to: &runs)
      runsOfTap.append(start..<runs.count)
    }
  }

  /// Lays out the bricks of one convolution group, and finds the width of each.
  func load(_ bricks: ArraySlice<[OperandPlan.Piece]>, from inputs: ActivationPlanes, kernel: ArrayKernel) {
    let planes = inputs.planeCount
    brickCount = bricks.count
    precondition(brickCount <= brickRoom && planes <= planeRoom)
    guard planes > 0 else {
      widths.update(repeating: 0, count: 32 * brickCount)
      return sort()
    }
    runs.withUnsafeBufferPointer { runs in
      for (brick, pieces) in bricks.enumerated() {
        let target = words + brick &* planeRoom &* 32
        for (number, piece) in pieces.enumerated() {
          kernel.gather(
            inputs.words(brick: piece.source, plane: 0), planeStride: inputs.positionCount, planes: planes,
            UnsafeBufferPointer(rebasing: runs[runsOfTap[piece.tap]]), piece, adds: number > 0, into: target)
        }
        kernel.widths(target, planes: planes, isSigned: inputs.isSigned, into: widths + 32 &* brick)
      }
    }
    sort()
  }

  /// Lays out 32 filters, which lie as `WeightPlanes.Arrangement.byTile` says.
  func load(_ weights: WeightPlanes, firstFilter: Int, kernel: ArrayKernel) {
    brickCount = weights.brickCount
    precondition(brickCount <= brickRoom && weights.planeCount <= planeRoom && firstFilter % 32 == 0)
    let source = weights.words(filter: firstFilter)
    for brick in 0..<brickCount {
      let target = words + brick &* planeRoom &* 32
      target.update(from: source + brick &* weights.planeCount &* 32, count: weights.planeCount &* 32)
      kernel.widths(
        target, planes: weights.planeCount, isSigned: weights.isSigned, into: widths + 32 &* brick)
    }
    sort()
  }

  /// The bits that window `window` needs for brick `brick`.
  @inline(__always)
  func width(brick: Int, window: Int) -> UInt8 { widths[32 &* brick &+ window] }

  /// Widths of a brick's 32 windows.
  func widths(brick: Int) -> UnsafePointer<UInt8> { UnsafePointer(widths + 32 * brick) }

  /// One word.
  @inline(__always)
  func word(brick: Int, plane: Int, window: Int) -> UInt16 { words[(brick &* planeRoom &+ plane) &* 32 &+ window] }

  /// Adds the inner products of `factors` with the tile to `sums[item * 32 + window]`.
  func accumulate(
    _ factors: weft_factors, isSigned: Bool, into sums: UnsafeMutablePointer<Int64>, kernel: ArrayKernel
  ) {
    var first = 0
    let active = Int(atLeast[1])
    while first < active {
      // As many bricks as stay in the cache while all filters pass.
      var (end, planes) = (first, 0)
      while end < active, end == first || planes + width(ofBrick: end) <= WindowTile.planesAPass {
        planes += width(ofBrick: end)
        end += 1
      }
      var tile = weft_tile()
      tile.words = UnsafePointer(words)
      tile.brick_stride = planeRoom * 32
      tile.order = UnsafePointer(order + first)
      tile.is_signed = isSigned ? 1 : 0
      withUnsafeMutableBytes(of: &tile.at_least) { bytes in
        let counts = bytes.assumingMemoryBound(to: UInt32.self)
        for planes in 0..<18 { counts[planes] = UInt32(min(max(Int(atLeast[planes]), first), end) - first) }
      }
      kernel.accumulate(&tile, factors, into: sums)
      first = end
    }
  }

  /// Width of the brick at a place of the order.
  private func width(ofBrick place: Int) -> Int {
    var width = 16
    while width > 0, Int(atLeast[width]) <= place { width -= 1 }
    return width
  }

  private func sort() {
    var counts = [18 of UInt32](repeating: 0)
    for brick in 0..<brickCount { counts[Int(maximum(brick))] += 1 }
    var total: UInt32 = 0
    for width in (0...17).reversed() {
      total += counts[width]
      atLeast[width] = total
    }
    for brick in 0..<brickCount {
      let width = Int(maximum(brick))
      order[Int(atLeast[width] - counts[width])] = UInt16(brick)
      counts[width] -= 1
    }
  }

  @inline(__always)
  private func maximum(_ brick: Int) -> UInt8 {
    UnsafeRawPointer(widths + 32 &* brick).loadUnaligned(as: SIMD32<UInt8>.self).max()
  }
}
