import Weft

/// Convolution, depthwise convolution and fully connected layers.
struct WeightedLayer {
  let context: LayerContext
  let weights: IntegerArray
  let bias: [Int64]?
  let source: GraphTensor

  func evaluate(_ input: IntegerArray) throws(NetworkError) -> LayerResult {
    let layer = context.layer
    guard let geometry = LayerGeometry(layer, input: source, output: context.output) else {
      throw NetworkError(.inconsistent, "the layer's sizes do not fit")
    }
    let profile = context.options.trims ? layer.profile : nil
    let droppedInputBits = profile?.activationLowBitsDropped ?? 0
    let droppedWeightBits = profile?.weightLowBitsDropped ?? 0
    // A fully connected layer takes its inputs as they lie, whatever their axes mean.
    let stored = geometry.isFullyConnected ? input.values : input.canonical().values
    let operands = Trimming.trim(stored.map { $0 &- source.zeroPoint }, droppedBits: droppedInputBits)
    let factors = Trimming.trim(try centredWeights(), droppedBits: droppedWeightBits)
    var sums = ConvolutionSums(geometry: geometry, inputs: operands, weights: factors).compute()
    try finish(&sums, channelCount: geometry.outputChannels, shift: droppedInputBits + droppedWeightBits)
    let outputs = try context.requantized(sums, channelCount: geometry.outputChannels)
    let output = context.output
    if geometry.isFullyConnected {
      return LayerResult(
        accumulators: sums, output: IntegerArray(shape: output.shape, layout: output.layout, values: outputs))
    }
    let result = IntegerArray(canonical: outputs, shape: output.shape, layout: output.layout)
    guard let shape = CanonicalShape(output.shape, output.layout) else { preconditionFailure("checked with the graph") }
    return LayerResult(accumulators: CanonicalOrder.stored(sums, shape), output: result)
  }

  private func centredWeights() throws(NetworkError) -> [Int32] {
    guard let parameter = context.layer.weights else { throw NetworkError(.missing, "weights") }
    let (shape, values) = weights.canonical()
    let zeroPoints = parameter.zeroPoints
    guard zeroPoints.contains(where: { $0 != 0 }) else { return values }
    let isDepthwise = shape.outer == 1
    let perFilter = shape.height * shape.width * shape.channels
    return values.indices.map { index in
      let filter = isDepthwise ? index % shape.channels : index / perFilter
      return values[index] &- (zeroPoints.count == 1 ? zeroPoints[0] : zeroPoints[filter % zeroPoints.count])
    }
  }

  /// Undoes the trimming's scale, adds the bias, and holds every sum against the accumulator's type.
  private func finish(_ sums: inout [Int64], channelCount: Int, shift: Int) throws(NetworkError) {
    let limit = context.layer.accumulatorType == .int32 ? Int64(Int32.max) : Int64.max
    let factor = Int64(1) << Int64(shift)
    var channel = 0
    for index in sums.indices {
      let (scaled, overflow) = sums[index].multipliedReportingOverflow(by: factor)
      let (sum, carry) = scaled.addingReportingOverflow(bias?[channel] ?? 0)
      guard !overflow, !carry, sum <= limit, sum >= -limit - 1 else {
        throw NetworkError(
          .overflow, "the sum of channel \(channel) at output \(index) leaves \(context.layer.accumulatorType.rawValue)"
        )
      }
      sums[index] = sum
      channel += 1
      if channel == channelCount { channel = 0 }
    }
  }
}
