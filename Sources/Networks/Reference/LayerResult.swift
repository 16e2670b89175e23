/// What the reference computed for one layer.
public struct LayerResult: Sendable {
  /// Sums before requantisation, bias included, in the order of the output; nil for layers without weights.
  public var accumulators: [Int64]?
  /// The stored outputs.
  public var output: IntegerArray
}
