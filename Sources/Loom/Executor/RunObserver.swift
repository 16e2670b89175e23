import Networks

/// Sees what a run computes, tile by tile, without touching it.
public protocol RunObserver: AnyObject {
  /// A layer's outputs follow.
  func begin(_ layer: Layer, output: GraphTensor) throws
  /// Consecutive positions: channel c's sum (bias included; nil for layers without weights) and stored output of
  /// position `first + p` at `c * stride + p`.
  func tile(
    sums: UnsafePointer<Int64>?, outputs: UnsafePointer<Int32>, stride: Int, first: Int, count: Int) throws
  /// The layer is complete.
  func end(_ layer: Layer) throws
}
