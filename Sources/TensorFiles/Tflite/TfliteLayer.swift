import Networks
import Weft

/// Makes one layer from one operator.
struct TfliteLayer {
  let node: TfliteOperator
  let subgraph: TfliteSubgraph
  let file: FileBytes
  let activations: [Int: GraphTensor]

  /// The inputs that flow, in order.
  var inputs: [GraphTensor] { node.inputs.compactMap { activations[$0] } }

  /// The layer, checked; nil for operators that are not understood. Throws for sizes that are not.
  func layer(named name: String, output: GraphTensor) throws(TensorFileError) -> Layer? {
    let inputs = inputs
    guard let first = inputs.first, let (operation, expectedInputs) = try operation(first, output) else { return nil }
    guard inputs.count == expectedInputs else { return nil }
    var layer = Layer(name: name, operation: operation, inputs: inputs.map(\.name), output: output.name)
    if operation.multiplies, node.code != 126 {
      guard let weights = constant(1) else { return nil }
      layer.weights = parameter(weights)
      layer.bias = constant(2).map { parameter($0) }
    }
    let scaling = TfliteScaling(inputs: inputs, output: output)
    let activation = try fusedActivation()
    layer.fusedActivation = activation?.name
    layer.outputRange = activation.flatMap { scaling.range($0) }
    if layer.bias?.type == .int64 { layer.accumulatorType = .int64 }
    layer.requantization = scaling.requantization(of: layer, sameScaleCopies: copies)
    if case .add = operation {
      // Before general scales, 16-bit additions used powers of two; that rule is another one.
      if output.type == .int16, try node.options?.number(1, absent: UInt8(1)) ?? 1 != 0 { return nil }
      layer.operation = .add(scaling.addition())
    }
    do { try layer.check(inputs: inputs, output: output) } catch { throw TensorFileError(error) }
    return layer
  }

  private var copies: Bool { ![19, 20, 21, 40, 114].contains(node.code) }

  private func operation(
    _ input: GraphTensor, _ output: GraphTensor
  ) throws(TensorFileError) -> (LayerOperation, Int)? {
    switch node.code {
    case 0: return (.add(nil), 2)
    case 1, 17:
      guard let window = try poolWindow(input) else { return nil }
      return (node.code == 1 ? .averagePool(window, .awayFromZero) : .maxPool(window), 1)
    case 2:
      guard let axis = axis(Int(try node.options?.number(0, absent: Int32(0)) ?? 0), input) else { return nil }
      return (.concatenate(axis: axis), node.inputs.count)
    case 3, 4: return try convolution(input).map { ($0, 1) }
    case 9:
      // Another number means weights in an order of its own.
      guard try node.options?.number(1, absent: Int8(0)) ?? 0 == 0 else { return nil }
      return (.fullyConnected, 1)
    case 19: return (.clamp(.relu), 1)
    case 20: return (.clamp(.clip), 1)
    case 21: return (.clamp(.relu6), 1)
    case 22, 43, 70: return (.reshape, 1)
    case 25: return (.softmax(beta: Double(try node.options?.float(0) ?? 1)), 1)
    case 34, 60: return try pad(input)
    case 39: return try integers(1).map { (.transpose($0), 1) }
    case 40:
      guard let axes = try integers(1) else { return nil }
      let axesInRange = axes.compactMap { axis($0, input) }
      return axesInRange.count == axes.count ? (.mean(axes: axesInRange), 1) : nil
    case 114: return input.type.elementType != nil && output.type.elementType != nil ? (.clamp(.requantize), 1) : nil
    case 126:
      guard try node.options?.number(0, absent: UInt8(0)) ?? 0 == 0 else { return nil }
      return (.matrixMultiply(transposesSecond: try node.options?.number(1, absent: UInt8(0)) ?? 0 != 0), 2)
    default: return nil
    }
  }

  private func convolution(_ input: GraphTensor) throws(TensorFileError) -> LayerOperation? {
    guard let weights = constant(1), weights.shape.count == 4, input.shape.count == 4, let options = node.options else {
      return nil
    }
    let isDepthwise = node.code == 4
    let stride = (
      Int(try options.number(2, absent: Int32(0))), Int(try options.number(1, absent: Int32(0)))
    )
    let field = isDepthwise ? 5 : 4
    let dilation = (
      Int(try options.number(field + 1, absent: Int32(1))), Int(try options.number(field, absent: Int32(1)))
    )
    guard
      var window = TflitePadding.window(
        kernel: (weights.shape[1], weights.shape[2]), stride: stride, dilation: dilation,
        isSame: try options.number(0, absent: Int8(0)) == 0, image: (input.shape[1], input.shape[2]))
    else { return nil }
    let channels = input.shape[3]
    if isDepthwise {
      window.groups = channels
      return .depthwiseConvolution(window)
    }
    guard weights.shape[3] > 0, channels % weights.shape[3] == 0 else { return nil }
    window.groups = channels / weights.shape[3]
    return .convolution(window)
  }

  private func poolWindow(_ input: GraphTensor) throws(TensorFileError) -> Window? {
    guard let options = node.options, input.shape.count == 4 else { return nil }
    return TflitePadding.window(
      kernel: (Int(try options.number(4, absent: Int32(0))), Int(try options.number(3, absent: Int32(0)))),
      stride: (Int(try options.number(2, absent: Int32(0))), Int(try options.number(1, absent: Int32(0)))),
      dilation: (1, 1), isSame: try options.number(0, absent: Int8(0)) == 0, image: (input.shape[1], input.shape[2]))
  }

  private func pad(_ input: GraphTensor) throws(TensorFileError) -> (LayerOperation, Int)? {
    guard let sides = try integers(1), sides.count == 2 * input.shape.count else { return nil }
    var value: Int32?
    if node.code == 60 {
      guard let number = try integers(2)?.first else { return nil }
      value = Int32(exactly: number)
    }
    let axes = Array(input.shape.indices)
    return (.pad(before: axes.map { sides[2 * $0] }, after: axes.map { sides[2 * $0 + 1] }, value: value), 1)
  }

  private func fusedActivation() throws(TensorFileError) -> TfliteActivation? {
    guard let field = [0: 0, 1: 5, 2: 1, 3: 3, 4: 4, 9: 0, 17: 5][node.code] else {
      return [19: TfliteActivation.relu, 20: .reluN1To1, 21: .relu6][node.code]
    }
    let number = try node.options?.number(field, absent: Int8(0)) ?? 0
    guard let activation = TfliteActivation(rawValue: number) else {
      throw TensorFileError(.unsupported, "activation function \(number)")
    }
    return activation
  }

  private func axis(_ axis: Int, _ input: GraphTensor) -> Int? {
    let place = axis < 0 ? axis + input.shape.count : axis
    return input.shape.indices.contains(place) ? place : nil
  }

  /// The constant at an input; nil where it is left out or flows.
  private func constant(_ index: Int) -> TfliteTensor? {
    guard node.inputs.indices.contains(index), node.inputs[index] >= 0 else { return nil }
    let tensor = subgraph.tensors[node.inputs[index]]
    return tensor.isConstant && tensor.type != nil ? tensor : nil
  }

  /// The numbers of a small integer constant; nil where there is none.
  private func integers(_ index: Int) throws(TensorFileError) -> [Int]? {
    guard let tensor = constant(index), let type = tensor.type, let range = tensor.data else { return nil }
    let vector = FlatVector(bytes: file, start: range.lowerBound, count: range.count / type.byteCount)
    return switch type {
    case .int8: try vector.numbers(Int8.self).map { Int($0) }
    case .uint8: try vector.numbers(UInt8.self).map { Int($0) }
    case .int16: try vector.numbers(Int16.self).map { Int($0) }
    case .int32: try vector.numbers(Int32.self).map { Int($0) }
    case .int64: try vector.numbers(Int64.self).map { Int($0) }
    default: nil
    }
  }

  private func parameter(_ tensor: TfliteTensor) -> LayerParameter {
    LayerParameter(
      array: tensor.name, type: tensor.type ?? .int8, shape: tensor.shape, layout: subgraph.weightLayout(of: tensor),
      scales: tensor.scales.map { Double($0) },
      zeroPoints: tensor.zeroPoints.isEmpty ? [0] : tensor.zeroPoints.map { Int32(clamping: $0) })
  }
}
