/// Gathers the sums of window sets of any size into tiles of 32 windows.
struct SumCollector {
  private let tile: SumTile
  private let windowCount: Int
  private let finish: (SumTile) throws -> Void
  private let emit: (SumTile) throws -> Void
  /// Sums of the set at hand, window by window.
  private var set: [Int64] = []

  init(
    _ operands: LayerOperands, finish: @escaping (SumTile) throws -> Void, emit: @escaping (SumTile) throws -> Void
  ) {
    tile = SumTile(filterCount: operands.filterCount)
    windowCount = operands.windowCount
    self.finish = finish
    self.emit = emit
  }

  mutating func begin(windowCount: Int) {
    set = [Int64](repeating: 0, count: windowCount * tile.filterCount)
  }

  mutating func set(filter: Int, window: Int, _ sum: Int64) { set[window * tile.filterCount + filter] = sum }

  /// Moves the set's windows to the tile, which leaves whenever it is full.
  mutating func end() throws {
    for window in 0..<set.count / tile.filterCount {
      for filter in 0..<tile.filterCount {
        tile.sums[32 * filter + tile.count] = set[window * tile.filterCount + filter]
      }
      tile.count += 1
      if tile.count == 32 { try flush() }
    }
  }

  /// Hands out the windows gathered so far.
  mutating func flush() throws {
    guard tile.count > 0 else { return }
    try finish(tile)
    try emit(tile)
    tile.firstWindow += tile.count
    tile.count = 0
    tile.clear()
  }
}
