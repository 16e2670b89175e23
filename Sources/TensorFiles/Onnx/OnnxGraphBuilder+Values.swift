import Networks
import Weft

/// What is known of values.
extension OnnxGraphBuilder {
  /// A value's first name.
  func resolved(_ name: String) -> String {
    var name = name
    while let first = renamed[name] { name = first }
    return name
  }

  /// The name of the tensor that flows for a value: its integers, where it stands for some.
  func flowName(_ name: String) -> String {
    let name = resolved(name)
    return dequantized[name].map { resolved($0.name) } ?? name
  }

  /// The tensor that flows for a value; nil for constants.
  func tensor(_ name: String?) -> GraphTensor? { name.flatMap { tensors[flowName($0)] } }

  /// The integers that a floating-point value stands for.
  func quantization(behind name: String) -> OnnxQuantized? { dequantized[resolved(name)] }

  /// The only node that takes a value which is no result of the graph; nil otherwise.
  func onlyConsumer(of name: String) -> (index: Int, node: OnnxNode)? {
    guard let uses = consumers[name], uses.count == 1, results[name] == nil else { return nil }
    return (uses[0], source.nodes[uses[0]])
  }

  /// What is said of a value's type in the model.
  func type(of name: String) -> ArrayType? {
    let info = source.values[name] ?? results[name]
    return info.flatMap { OnnxType.arrayTypes[$0.typeNumber] }
  }

  /// Scale and zero point of a QuantizeLinear or DequantizeLinear, and the integers' type; nil when they are not
  /// constant, or come in blocks.
  mutating func quantization(of node: OnnxNode) throws(TensorFileError) -> (OnnxQuantized, ArrayType)? {
    guard node.integer("block_size", absent: 0) == 0, let scales = try constants.floats(node.input(1)),
      !scales.isEmpty, scales.allSatisfy({ $0.isFinite && $0 > 0 }), let output = node.outputs.first
    else { return nil }
    var zeroPoints = [Int32(0)]
    var type = OnnxType.arrayTypes[node.integer("output_dtype", absent: 2)] ?? .uint8
    if let name = node.input(2), let tensor = constants[name], let known = tensor.type {
      guard let values = try constants.integers(name), !values.isEmpty else { return nil }
      type = known
      zeroPoints = values.map { Int32(clamping: $0) }
    }
    if Set(zeroPoints).count == 1 { zeroPoints = [zeroPoints[0]] }
    return (OnnxQuantized(name: output, scales: scales, zeroPoints: zeroPoints), type)
  }

  /// A tensor of integers with a scale.
  func quantized(_ name: String, _ shape: [Int], _ type: ArrayType, _ quantization: OnnxQuantized) -> GraphTensor {
    GraphTensor(
      name: name, shape: shape, layout: Self.layout(shape.count), type: type,
      scale: quantization.scale.map { Double($0) }, zeroPoint: quantization.zeroPoints.first ?? 0)
  }

  /// What axes mean in ONNX: images are NCHW.
  static func layout(_ rank: Int) -> TensorLayout {
    rank == 4 ? TensorLayout("NCHW") ?? .standard(rank: 4) : .standard(rank: rank)
  }

  /// Which inputs of a node are scales.
  static func scaleInputs(_ node: OnnxNode) -> [Int] {
    switch node.type {
    case "QuantizeLinear", "DequantizeLinear": [1]
    case "QLinearConv", "QLinearMatMul": [1, 4, 6]
    case "QLinearAdd", "QLinearMul": [1, 4, 6]
    case "QGemm": [1, 4, 7]
    case "QLinearGlobalAveragePool", "QLinearAveragePool", "QLinearSigmoid", "QLinearLeakyRelu": [1, 3]
    default: []
    }
  }
}
