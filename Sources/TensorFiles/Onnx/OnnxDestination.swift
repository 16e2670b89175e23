import Networks

/// Where a layer's results go.
struct OnnxDestination {
  var output: GraphTensor
  var range: ClosedRange<Int32>?
  var activation: String?
  /// Nodes behind the layer's own that are part of it: a Relu or Clip, and the QuantizeLinear.
  var absorbed: [Int] = []
}
