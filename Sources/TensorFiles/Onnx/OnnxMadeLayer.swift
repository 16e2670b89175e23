import Networks

/// A layer made of one node, and what it took in.
struct OnnxMadeLayer {
  var layer: Layer
  /// The value that comes out.
  var output: GraphTensor
  /// Nodes that became part of the layer.
  var absorbed: [Int] = []
  var weightUse: OnnxWeightUse?
}
