internal import CWeftKernels

/// Computes a layer's sums with AND and popcount on words of planes: what the register executor gives, as fast as the
/// CPU counts bits.
struct FastExecutor {
  let kernel: ArrayKernel
  let threads: Int

  /// Tiles each thread computes between two rounds of `emit`.
  private static let tilesATurn = 4

  /// Computes every tile of at most 32 windows: `finish` makes outputs of its sums, on any thread; `emit` gets the
  /// tiles in window order on the caller's.
  func run(
    _ operands: LayerOperands, finish: (SumTile) throws -> Void, emit: (SumTile) throws -> Void
  ) throws {
    let windows = WindowTile.windows
    if operands.tilesFilters {
      let tile = SumTile(filterCount: operands.filterCount)
      tile.count = operands.windowCount
      tilingFilters(operands, into: tile)
      try finish(tile)
      return try emit(tile)
    }
    let count = ceilDivide(operands.windowCount, windows)
    let lanes = max(1, min(threads, count))
    let brickRoom = operands.plan.groups.map(\.count).max() ?? 0
    let memories = (0..<lanes).map { _ in
      WindowTile(brickRoom: brickRoom, planeRoom: operands.inputs.planeCount)
    }
    let tiles = (0..<(lanes == 1 ? 1 : lanes * FastExecutor.tilesATurn)).map { _ in
      SumTile(filterCount: operands.filterCount)
    }
    for first in stride(from: 0, to: count, by: tiles.count) {
      let here = min(tiles.count, count - first)
      Concurrent.run(here, threads: lanes) { lane, place in
        let tile = tiles[place]
        tile.firstWindow = (first + place) * windows
        tile.count = min(windows, operands.windowCount - tile.firstWindow)
        compute(operands, memories[lane], into: tile)
        tile.failure = nil
        do { try finish(tile) } catch { tile.failure = error }
      }
      for tile in tiles[..<here] {
        if let failure = tile.failure { throw failure }
        try emit(tile)
      }
    }
  }

  /// One tile of windows against all filters.
  private func compute(_ operands: LayerOperands, _ memory: WindowTile, into tile: SumTile) {
    tile.clear()
    memory.place(operands.grid, firstWindow: tile.firstWindow, count: tile.count)
    let weights = operands.weights
    for (group, bricks) in operands.plan.groups.enumerated() {
      memory.load(operands.plan.bricks[bricks], from: operands.inputs, kernel: kernel)
      let firstFilter = group * operands.filtersPerGroup
      var factors = weft_factors()
      factors.words = weights.words(filter: firstFilter)
      factors.item_stride = weights.planeCount * weights.brickCount
      factors.plane_stride = weights.brickCount
      factors.plane_count = UInt32(weights.planeCount)
      factors.is_signed = weights.isSigned ? 1 : 0
      factors.item_count = operands.filtersPerGroup
      memory.accumulate(
        factors, isSigned: operands.inputs.isSigned, into: tile.sums + 32 * firstFilter, kernel: kernel)
    }
  }

  /// Tiles of 32 filters against windows one by one.
  private func tilingFilters(_ operands: LayerOperands, into tile: SumTile) {
    let (inputs, weights) = (operands.inputs, operands.weights)
    let windows = operands.windowCount
    let bricks = weights.brickCount
    let source = WindowTile(brickRoom: bricks, planeRoom: inputs.planeCount)
    source.place(operands.grid, firstWindow: 0, count: windows)
    source.load(operands.plan.bricks[...], from: inputs, kernel: kernel)
    let planes = inputs.planeCount
    var words: [UInt16] = []
    words.reserveCapacity(windows * planes * bricks)
    for window in 0..<windows {
      for plane in 0..<planes {
        for brick in 0..<bricks { words.append(source.word(brick: brick, plane: plane, window: window)) }
      }
    }
    tile.clear()
    words.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return }
      let tiles = ceilDivide(operands.filterCount, 32)
      let lanes = max(1, min(threads, tiles))
      let memories = (0..<lanes).map { _ in
        (WindowTile(brickRoom: bricks, planeRoom: weights.planeCount), SumTile(filterCount: windows))
      }
      Concurrent.run(tiles, threads: lanes) { lane, number in
        let (memory, own) = memories[lane]
        let sums = own.sums
        do {
          var factors = weft_factors()
          factors.words = base
          factors.item_stride = planes * bricks
          factors.plane_stride = bricks
          factors.plane_count = UInt32(planes)
          factors.is_signed = inputs.isSigned ? 1 : 0
          factors.item_count = windows
          own.clear()
          memory.load(weights, firstFilter: 32 * number, kernel: kernel)
          memory.accumulate(factors, isSigned: weights.isSigned, into: sums, kernel: kernel)
          for filter in 0..<min(32, operands.filterCount - 32 * number) {
            for window in 0..<windows { tile.sums[32 * (32 * number + filter) + window] = sums[32 * window + filter] }
          }
        }
      }
    }
  }
}
