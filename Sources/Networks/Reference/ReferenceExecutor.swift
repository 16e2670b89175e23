import Weft

/// The plain integer reference: computes a graph layer by layer, exactly, with loops anyone can follow.
///
/// It is the definition that arrays are checked against. Sums are exact; one that leaves the layer's accumulator type
/// is an error, not a wrapped number.
public struct ReferenceExecutor: Sendable {
  /// Gives the array of a name, nil when there is none.
  public typealias ArraySource = @Sendable (String) throws(NetworkError) -> NetworkArray?

  /// The graph; checked.
  public let graph: LayerGraph
  /// How it is computed.
  public let options: ReferenceOptions
  let arrays: ArraySource
  let tensors: [String: GraphTensor]

  /// Takes a graph and the source of its parameters. Throws what `LayerGraph.check()` throws.
  public init(
    graph: LayerGraph, options: ReferenceOptions = ReferenceOptions(), arrays: @escaping ArraySource
  ) throws(NetworkError) {
    try graph.check()
    self.graph = graph
    self.options = options
    self.arrays = arrays
    tensors = Dictionary(uniqueKeysWithValues: graph.tensors.map { ($0.name, $0) })
  }

  /// Computes every layer that can be, in order.
  ///
  /// `inputs` has the graph's inputs by name; other activations given there are used where they cannot be computed
  /// (behind a softmax). `observe` sees each result. The result has the graph's outputs that were computed, and the
  /// names of the layers left out: softmax layers, and those that need them. Activations are dropped after their last
  /// use. Throws `unsupported` for layers without defined numbers, `missing`, `overflow`, `inconsistent` with the
  /// layer's name.
  public func run(
    inputs: [String: IntegerArray], observe: (Layer, LayerResult) throws(NetworkError) -> Void = { _, _ in }
  ) throws(NetworkError) -> (outputs: [String: IntegerArray], leftOut: [String]) {
    for name in graph.inputs where inputs[name] == nil {
      throw NetworkError(.missing, "the input '\(name)' is not given")
    }
    var known = inputs
    let asked = Set(graph.outputs)
    var leftOut: [String] = []
    var lastUse: [String: Int] = [:]
    for (index, layer) in graph.layers.enumerated() {
      for name in layer.inputs { lastUse[name] = index }
    }
    for (index, layer) in graph.layers.enumerated() {
      let sources = layer.inputs.compactMap { known[$0] }
      if case .softmax = layer.operation {
        leftOut.append(layer.name)
      } else if sources.count < layer.inputs.count {
        leftOut.append(layer.name)
      } else {
        let result = try evaluate(layer, inputs: sources)
        try observe(layer, result)
        known[layer.output] = result.output
      }
      for name in layer.inputs where lastUse[name] == index && !asked.contains(name) { known[name] = nil }
    }
    return (known.filter { asked.contains($0.key) }, leftOut)
  }

  /// Computes one layer of the graph from its inputs, in the order the layer names them.
  ///
  /// Throws as `run` does.
  public func evaluate(_ layer: Layer, inputs: [IntegerArray]) throws(NetworkError) -> LayerResult {
    do { return try result(of: layer, inputs) } catch { throw error.inside("layer '\(layer.name)'") }
  }

  private func result(of layer: Layer, _ inputs: [IntegerArray]) throws(NetworkError) -> LayerResult {
    for (name, input) in zip(layer.inputs, inputs) where tensors[name]?.shape != input.shape {
      throw NetworkError(.inconsistent, "input '\(name)' has the shape \(input.shape)")
    }
    guard let output = tensors[layer.output], let first = layer.inputs.first.flatMap({ tensors[$0] }),
      inputs.count == layer.inputs.count
    else { throw NetworkError(.missing, "input or output") }
    guard output.type.elementType != nil else {
      throw NetworkError(.unsupported, "outputs of type \(output.type.rawValue) are not computed")
    }
    let context = LayerContext(
      layer: layer, options: options, inputs: layer.inputs.compactMap { tensors[$0] }, output: output)
    switch layer.operation {
    case .convolution, .depthwiseConvolution, .fullyConnected:
      let weights = try parameters(of: layer)
      return try WeightedLayer(context: context, weights: weights.weights, bias: weights.bias, source: first)
        .evaluate(inputs[0])
    case .matrixMultiply(let transposesSecond):
      return try MatrixProduct(context: context, transposesSecond: transposesSecond).evaluate(inputs[0], inputs[1])
    default:
      return LayerResult(accumulators: nil, output: try PlainLayer(context: context).evaluate(inputs))
    }
  }

  private func parameters(of layer: Layer) throws(NetworkError) -> (weights: IntegerArray, bias: [Int64]?) {
    guard let weights = layer.weights, let name = weights.array, let array = try arrays(name) else {
      throw NetworkError(.missing, "the weights are not there")
    }
    guard let values = IntegerArray(array, shape: weights.shape, layout: weights.layout) else {
      throw NetworkError(.inconsistent, "weights '\(name)' are not integers of shape \(weights.shape)")
    }
    guard let bias = layer.bias else { return (values, nil) }
    guard let biasName = bias.array, let biasArray = try arrays(biasName) else {
      throw NetworkError(.missing, "the bias is not there")
    }
    guard biasArray.shape == bias.shape, let integers = biasArray.integers else {
      throw NetworkError(.inconsistent, "bias '\(biasName)' has no integers of shape \(bias.shape)")
    }
    return (values, integers)
  }
}
