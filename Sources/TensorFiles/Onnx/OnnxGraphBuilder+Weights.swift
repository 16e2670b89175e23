import Networks
import Weft

/// Layers with weights.
extension OnnxGraphBuilder {
  mutating func weightedLayer(
    of node: OnnxNode, named name: String, input: GraphTensor
  ) throws(TensorFileError) -> OnnxMadeLayer? {
    let place = Self.places[node.type] ?? (weights: 1, bias: 2)
    guard node.type != "MatMul" || tensor(node.input(1)) == nil else {
      return try product(of: node, named: name, first: input)
    }
    guard let (found, quantization) = try parameter(node, at: place.weights) else { return nil }
    var parameter = found
    let isConvolution = node.type.contains("Conv")
    guard
      let (operation, shape) = isConvolution
        ? try convolution(node, input, &parameter) : try dense(node, input, &parameter)
    else { return nil }
    guard
      let destination = try destination(
        of: node, shape: shape, inputs: [input], bounds: (nil, nil))
    else { return nil }
    guard let source = tensor(node.input(0)) else { return nil }
    var layer = Layer(name: name, operation: operation, inputs: [source.name], output: destination.output.name)
    layer.weights = parameter
    if let bias = place.bias, node.input(bias) != nil {
      guard let (values, _) = try self.parameter(node, at: bias, isBias: true) else { return nil }
      layer.bias = values
    }
    layer.outputRange = destination.range
    layer.fusedActivation = destination.activation
    if let xs = source.scale, let ys = destination.output.scale, let scales = quantization?.scales {
      layer.requantization = .real(scales.map { Float(xs) * $0 / Float(ys) })
    }
    try check(layer, [source], destination.output)
    let groups = operation.window.map { if case .convolution = operation { $0.groups } else { 1 } } ?? 1
    let use = OnnxWeightUse(
      layout: parameter.layout, groups: groups,
      zeroPoint: parameter.zeroPoints.count == 1 ? parameter.zeroPoints[0] : nil)
    return OnnxMadeLayer(
      layer: layer, output: destination.output, absorbed: destination.absorbed, weightUse: use)
  }

  /// Inputs that are weights and bias, by operator.
  private static let places: [String: (weights: Int, bias: Int?)] = [
    "Conv": (1, 2), "QLinearConv": (3, 8), "ConvInteger": (1, nil), "Gemm": (1, 2), "MatMul": (1, nil),
    "QLinearMatMul": (3, nil), "MatMulInteger": (1, nil), "QGemm": (3, 6),
  ]

  /// The constant at an input, with the scale it comes with: a DequantizeLinear's, or the operator's own.
  private mutating func parameter(
    _ node: OnnxNode, at index: Int, isBias: Bool = false
  ) throws(TensorFileError) -> (LayerParameter, OnnxQuantized?)? {
    guard let name = node.input(index) else { return nil }
    var quantization = self.quantization(behind: name)
    guard let tensor = constants[quantization?.name ?? name], let type = tensor.type, tensor.shape.count <= 8 else {
      return nil
    }
    if !isBias, quantization == nil, node.type.hasPrefix("Q"),
      let scales = try constants.floats(node.input(index + 1)), scales.allSatisfy({ $0.isFinite && $0 >= 0 })
    {
      let zeroPoints = try constants.integers(node.input(index + 2)) ?? [0]
      quantization = OnnxQuantized(
        name: name, scales: scales, zeroPoints: zeroPoints.map { Int32(clamping: $0) })
    } else if !isBias, node.type.hasSuffix("Integer"), node.input(3) != nil {
      guard let zeroPoints = try constants.integers(node.input(3)) else { return nil }
      quantization = OnnxQuantized(name: name, scales: [], zeroPoints: zeroPoints.map { Int32(clamping: $0) })
    }
    if var known = quantization, Set(known.zeroPoints).count == 1 {
      known.zeroPoints = [known.zeroPoints[0]]
      quantization = known
    }
    let parameter = LayerParameter(
      array: tensor.name, type: type, shape: tensor.shape, scales: quantization?.scales.map { Double($0) } ?? [],
      zeroPoints: quantization?.zeroPoints ?? [0])
    return (parameter, quantization)
  }

  private mutating func convolution(
    _ node: OnnxNode, _ input: GraphTensor, _ parameter: inout LayerParameter
  ) throws(TensorFileError) -> (LayerOperation, [Int])? {
    let (shape, filters) = (input.shape, parameter.shape)
    guard shape.count == 4, filters.count == 4,
      var window = try OnnxWindow.window(
        node, kernel: (filters[2], filters[3]), image: (shape[2], shape[3]), file: fileBytes)
    else { return nil }
    window.groups = node.integer("group", absent: 1)
    guard let height = window.outputHeight(shape[2]), let width = window.outputWidth(shape[3]),
      (1...Window.maximum).contains(window.groups)
    else { return nil }
    let output = [shape[0], filters[0], height, width]
    let isDepthwise = window.groups > 1 && filters[1] == 1 && window.groups == shape[1]
    guard let layout = TensorLayout(isDepthwise ? "C1HW" : "OIHW") else { return nil }
    parameter.layout = layout
    return (isDepthwise ? .depthwiseConvolution(window) : .convolution(window), output)
  }

  private func dense(
    _ node: OnnxNode, _ input: GraphTensor, _ parameter: inout LayerParameter
  ) throws(TensorFileError) -> (LayerOperation, [Int])? {
    let isGemm = node.type.hasSuffix("Gemm")
    let isTransposed = isGemm && node.integer("transB", absent: 0) != 0
    let hasBias = isGemm && node.input(node.type == "Gemm" ? 2 : 6) != nil
    guard parameter.shape.count == 2, let inner = input.shape.last,
      let layout = TensorLayout(isTransposed ? "OI" : "IO"),
      node.integer("transA", absent: 0) == 0, node.attributes["alpha"]?.float ?? 1 == 1,
      !hasBias || node.attributes["beta"]?.float ?? 1 == 1, !isGemm || input.shape.count == 2,
      inner == parameter.shape[isTransposed ? 1 : 0]
    else { return nil }
    parameter.layout = layout
    return (.fullyConnected, input.shape.dropLast() + [parameter.shape[isTransposed ? 0 : 1]])
  }

  private mutating func product(
    of node: OnnxNode, named name: String, first: GraphTensor
  ) throws(TensorFileError) -> OnnxMadeLayer? {
    guard let second = tensor(node.input(1)), let columns = second.shape.last, first.shape.count >= 2,
      let destination = try destination(
        of: node, shape: first.shape.dropLast() + [columns], inputs: [first, second], bounds: (nil, nil))
    else { return nil }
    var layer = Layer(
      name: name, operation: .matrixMultiply(transposesSecond: false), inputs: [first.name, second.name],
      output: destination.output.name)
    layer.outputRange = destination.range
    layer.fusedActivation = destination.activation
    if let one = first.scale, let two = second.scale, let result = destination.output.scale {
      layer.requantization = .real([Float(one) * Float(two) / Float(result)])
    }
    try check(layer, [first, second], destination.output)
    return OnnxMadeLayer(layer: layer, output: destination.output, absorbed: destination.absorbed)
  }
}
