import Networks
import Weft

extension OnnxGraphBuilder {
  /// Follows a node's result to the integers it becomes: those a QLinear operator makes itself, or those behind the
  /// only QuantizeLinear that takes it. Nil where scales are not constant.
  ///
  /// A layer whose inputs are no integers, or whose result stays floating point, has a floating-point result.
  mutating func destination(
    of node: OnnxNode, shape: [Int], inputs: [GraphTensor], bounds: (lower: Float?, upper: Float?)
  ) throws(TensorFileError) -> OnnxDestination? {
    guard let value = node.outputs.first else { return nil }
    if node.type == "QuantizeLinear" {
      guard quantization(behind: node.inputs[0]) != nil, let (target, type) = try quantization(of: node),
        target.scale != nil
      else { return nil }
      return OnnxDestination(output: quantized(value, shape, type, target))
    }
    if let place = Self.ownQuantization[node.type] {
      guard let scales = try constants.floats(node.input(place.scale)), scales.count == 1, scales[0].isFinite,
        scales[0] > 0
      else { return nil }
      let zeroPoint = try constants.integers(node.input(place.scale + 1))?.first ?? 0
      guard let small = Int32(exactly: zeroPoint), try describeInputs(of: node, place.inputs) else { return nil }
      let type = constants[node.input(place.scale + 1) ?? ""]?.type ?? inputs[0].type
      let target = OnnxQuantized(name: value, scales: scales, zeroPoints: [small])
      return OnnxDestination(output: quantized(value, shape, type, target))
    }
    let isInteger = node.inputs.indices.allSatisfy { index in
      node.input(index).map { constants[$0] != nil || quantization(behind: $0) != nil } ?? true
    }
    let copies = inputs.allSatisfy { $0.type.elementType != nil } && !isInteger
    guard isInteger else {
      // Copies of integers keep their scale; sums of integers (ConvInteger) have none.
      let isSum = node.type.hasSuffix("Integer")
      let type = isSum ? .int32 : type(of: value) ?? inputs[0].type
      var output = GraphTensor(name: value, shape: shape, layout: Self.layout(shape.count), type: type)
      if copies, !isSum { (output.scale, output.zeroPoint) = (inputs[0].scale, inputs[0].zeroPoint) }
      return OnnxDestination(output: output, activation: nil)
    }
    return try behind(value, shape: shape, bounds: bounds)
  }

  private mutating func behind(
    _ value: String, shape: [Int], bounds: (lower: Float?, upper: Float?)
  ) throws(TensorFileError) -> OnnxDestination? {
    var (bounds, result) = (bounds, value)
    var absorbed: [Int] = []
    var activation: String?
    if let (index, node) = onlyConsumer(of: result), node.type == "Relu", let output = node.outputs.first {
      bounds.lower = max(bounds.lower ?? 0, 0)
      (activation, result) = ("relu", output)
      absorbed.append(index)
    }
    guard let (index, node) = onlyConsumer(of: result), node.type == "QuantizeLinear", let output = node.outputs.first,
      let (target, type) = try quantization(of: node), let scale = target.scale
    else {
      return OnnxDestination(
        output: GraphTensor(name: value, shape: shape, layout: Self.layout(shape.count), type: .float32))
    }
    absorbed.append(index)
    let tensor = quantized(output, shape, type, target)
    let range = Self.range(bounds, scale, tensor)
    return OnnxDestination(output: tensor, range: range, activation: activation ?? "none", absorbed: absorbed)
  }

  /// Real bounds as stored values, rounded as a QuantizeLinear rounds.
  private static func range(
    _ bounds: (lower: Float?, upper: Float?), _ scale: Float, _ tensor: GraphTensor
  ) -> ClosedRange<Int32>? {
    guard let type = tensor.type.elementType else { return nil }
    func stored(_ real: Float) -> Int32 {
      let steps = max(min((real / scale).rounded(.toNearestOrEven), 0x1p40), -0x1p40)
      return min(max(Int32(clamping: Int64(steps) + Int64(tensor.zeroPoint)), type.minimum), type.maximum)
    }
    let lower = bounds.lower.map(stored) ?? type.minimum
    let upper = bounds.upper.map(stored) ?? type.maximum
    return lower <= upper ? lower...upper : nil
  }

  /// QLinear operators: which input is the output's scale, and which inputs come with scale and zero point.
  private static let ownQuantization: [String: (scale: Int, inputs: [Int])] = [
    "QLinearConv": (6, [0]), "QLinearMatMul": (6, [0]), "QGemm": (7, [0]), "QLinearAdd": (6, [0, 3]),
    "QLinearGlobalAveragePool": (3, [0]),
  ]

  /// Notes the scales that a QLinear operator gives its inputs; false when they contradict what is known.
  private mutating func describeInputs(of node: OnnxNode, _ indices: [Int]) throws(TensorFileError) -> Bool {
    for index in indices {
      guard let name = node.input(index), let scales = try constants.floats(node.input(index + 1)), scales.count == 1
      else { return false }
      let zeroPoints = try constants.integers(node.input(index + 2)) ?? [0]
      let known = OnnxQuantized(
        name: resolved(name), scales: scales, zeroPoints: zeroPoints.map { Int32(clamping: $0) })
      guard mayStand(for: name, known) else { return false }
      describe(known)
    }
    return true
  }
}
