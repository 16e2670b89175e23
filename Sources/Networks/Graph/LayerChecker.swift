import Weft

/// Checks one layer against the tensors it connects.
struct LayerChecker {
  let layer: Layer
  let inputs: [GraphTensor]
  let output: GraphTensor

  func check() throws(NetworkError) {
    try checkNumbers()
    try checkProfile()
    switch layer.operation {
    case .convolution(let window): try checkConvolution(window, isDepthwise: false)
    case .depthwiseConvolution(let window): try checkConvolution(window, isDepthwise: true)
    case .fullyConnected: try checkFullyConnected()
    case .maxPool(let window), .averagePool(let window, _): try checkPool(window)
    case .add:
      try need(inputs.count == 2, "two inputs are added")
      try need(inputs.allSatisfy { $0.shape == output.shape }, "shapes of an addition are the same")
    case .clamp, .softmax:
      try need(inputs.count == 1 && inputs[0].shape == output.shape, "one input of the output's shape")
    case .reshape:
      try need(inputs.count == 1 && inputs[0].valueCount == output.valueCount, "a reshape keeps the number of values")
    case .transpose, .pad, .concatenate, .mean, .matrixMultiply:
      try AxisChecker(operation: layer.operation, inputs: inputs, output: output).check()
    case .other: break
    }
  }

  private func checkNumbers() throws(NetworkError) {
    for parameter in [layer.weights, layer.bias] {
      guard let parameter else { continue }
      try need(
        parameter.shape.count <= LayerGraph.maximumRank && parameter.shape.allSatisfy { $0 >= 0 }
          && SafeProduct.of(parameter.shape).map { $0 <= LayerGraph.maximumValueCount } ?? false,
        "\(parameter.shape) is no shape of weights")
      try need(parameter.layout.roles.count == parameter.shape.count, "the weights' layout has one role an axis")
      try need(parameter.scales.allSatisfy { $0.isFinite && $0 >= 0 }, "a scale is not finite or is negative")
      try need(parameter.fractionBits.map { $0.magnitude <= 64 } ?? true, "fraction bits")
    }
    try need(layer.accumulatorType == .int32 || layer.accumulatorType == .int64, "sums are int32 or int64")
    switch layer.requantization {
    case .fixedPoint(_, let multipliers): try need(multipliers.allSatisfy { $0.real.isFinite }, "multiplier")
    case .real(let multipliers): try need(multipliers.allSatisfy { $0.isFinite && $0 >= 0 }, "multiplier")
    case .shift(let shift): try need((-32...62).contains(shift), "right shift \(shift)")
    case nil: break
    }
    if let range = layer.outputRange, let type = output.type.elementType {
      try need(
        range.lowerBound >= type.minimum && range.upperBound <= type.maximum, "the output range exceeds the type")
    }
    if case .softmax(let beta) = layer.operation { try need(beta.isFinite, "beta") }
  }

  private func checkProfile() throws(NetworkError) { try layer.profile?.check(place: "profile") }

  private func checkConvolution(_ window: Window, isDepthwise: Bool) throws(NetworkError) {
    try need(inputs.count == 1, "a convolution has one input")
    guard let source = CanonicalShape(inputs[0].shape, inputs[0].layout),
      let result = CanonicalShape(output.shape, output.layout), let weights = layer.weights,
      let filters = weights.filterShape
    else { throw NetworkError(.inconsistent, "a convolution needs weights and two position axes") }
    try need(filters.allSatisfy { $0 >= 1 }, "weights of shape \(weights.shape) are empty")
    try need(
      filters[1] == window.kernelHeight && filters[2] == window.kernelWidth,
      "weights of shape \(weights.shape) are not \(window.kernelHeight) x \(window.kernelWidth)")
    try checkPositions(window, source, result)
    try need(window.groups >= 1 && window.groups <= Window.maximum, "groups \(window.groups)")
    let channelsAgree =
      isDepthwise
      ? filters[0] == 1 && filters[3] == result.channels && source.channels >= 1
        && filters[3] % source.channels == 0 && window.groups == source.channels
      : filters[0] == result.channels && filters[0] % window.groups == 0
        && source.channels % window.groups == 0 && filters[3] == source.channels / window.groups
    try need(
      channelsAgree,
      "\(source.channels) channels, \(result.channels) filters and \(window.groups) groups against weights of shape "
        + "\(weights.shape)")
    try checkChannels(result.channels)
  }

  private func checkFullyConnected() throws(NetworkError) {
    try need(inputs.count == 1, "a fully connected layer has one input")
    guard let filters = layer.weights?.filterShape, filters[1] == 1, filters[2] == 1, filters[0] >= 1, filters[3] >= 1
    else { throw NetworkError(.inconsistent, "a fully connected layer needs weights of two axes") }
    let volume = inputs[0].valueCount
    try need(
      volume % filters[3] == 0 && SafeProduct.of([volume / filters[3], filters[0]]) == output.valueCount,
      "\(volume) inputs and \(output.valueCount) outputs against \(filters[0]) x \(filters[3]) weights")
    try checkChannels(filters[0])
  }

  private func checkChannels(_ count: Int) throws(NetworkError) {
    if let bias = layer.bias { try need(SafeProduct.of(bias.shape) == count, "one bias a filter") }
    if let weights = layer.weights {
      try need([0, 1, count].contains(weights.scales.count), "one scale, or one a filter")
      try need([1, count].contains(weights.zeroPoints.count), "one zero point, or one a filter")
    }
    switch layer.requantization {
    case .fixedPoint(_, let multipliers): try need([1, count].contains(multipliers.count), "one multiplier a filter")
    case .real(let multipliers): try need([1, count].contains(multipliers.count), "one multiplier a filter")
    default: break
    }
    let macs = LayerGeometry(layer, input: inputs[0], output: output)?.multiplications
    guard let macs, macs <= LayerGraph.maximumMultiplications else {
      throw NetworkError(.tooLarge, "more than \(LayerGraph.maximumMultiplications) multiplications")
    }
  }

  private func checkPool(_ window: Window) throws(NetworkError) {
    try need(inputs.count == 1, "a pool has one input")
    guard let source = CanonicalShape(inputs[0].shape, inputs[0].layout),
      let result = CanonicalShape(output.shape, output.layout)
    else { throw NetworkError(.inconsistent, "a pool needs two position axes") }
    try checkPositions(window, source, result)
    try need(source.channels == result.channels, "a pool keeps the channels")
    let work = SafeProduct.of([output.valueCount, window.kernelHeight, window.kernelWidth])
    guard let work, work <= LayerGraph.maximumMultiplications else { throw NetworkError(.tooLarge, "the pool's work") }
  }

  private func checkPositions(
    _ window: Window, _ source: CanonicalShape, _ result: CanonicalShape
  ) throws(NetworkError) {
    try need(source.outer == result.outer, "the batch stays the same")
    let height = window.outputHeight(source.height)
    let width = window.outputWidth(source.width)
    try need(
      height == result.height && width == result.width,
      "the window gives \(height ?? 0) x \(width ?? 0) outputs, the output has \(result.height) x \(result.width)")
  }

  private func need(_ condition: Bool, _ rule: @autoclosure () -> String) throws(NetworkError) {
    if !condition { throw NetworkError(.inconsistent, rule()) }
  }
}

extension Layer {
  /// Throws unless the tensors are good by themselves and the layer's shapes, scales and ranges agree with them.
  public func check(inputs: [GraphTensor], output: GraphTensor) throws(NetworkError) {
    for tensor in inputs + [output] { try tensor.check() }
    try LayerChecker(layer: self, inputs: inputs, output: output).check()
  }
}
