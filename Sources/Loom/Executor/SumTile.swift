/// The sums of at most 32 neighbouring windows for every filter of a layer, and what becomes of them.
final class SumTile {
  var firstWindow = 0
  var count = 0
  let filterCount: Int
  /// Sum of filter f and window w at `f * 32 + w`.
  let sums: UnsafeMutablePointer<Int64>
  /// Outputs as they are stored, in the same places.
  let outputs: UnsafeMutablePointer<Int32>
  /// Why there are none.
  var failure: (any Error)?

  init(filterCount: Int) {
    self.filterCount = filterCount
    sums = .allocate(capacity: 32 * max(1, filterCount))
    outputs = .allocate(capacity: 32 * max(1, filterCount))
    clear()
  }

  deinit {
    sums.deallocate()
    outputs.deallocate()
  }

  func clear() {
    sums.update(repeating: 0, count: 32 * filterCount)
    outputs.update(repeating: 0, count: 32 * filterCount)
  }
}
