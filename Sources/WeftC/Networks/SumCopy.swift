import Loom
import Networks

/// Copies the sums of a layer to memory of the caller's, position by position, a sum a filter.
final class SumCopy: RunObserver {
  private let sums: UnsafeMutableBufferPointer<Int64>
  private let filters: Int

  init(_ sums: UnsafeMutableBufferPointer<Int64>, filters: Int) {
    self.sums = sums
    self.filters = filters
  }

  func begin(_ layer: Layer, output: GraphTensor) {}

  func tile(sums tile: UnsafePointer<Int64>?, outputs: UnsafePointer<Int32>, stride: Int, first: Int, count: Int) {
    guard let tile else { return }
    for position in 0..<count {
      for filter in 0..<filters { sums[(first + position) * filters + filter] = tile[filter * stride + position] }
    }
  }

  func end(_ layer: Layer) {}
}
