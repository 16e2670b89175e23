import Networks
import Weft

/// Makes the layer graph of an ONNX model, integer to integer.
///
/// QDQ models: a DequantizeLinear is only another name for its integers, and the QuantizeLinear behind a layer (with a
/// Relu or Clip between) is part of the layer. QLinear operators are layers as they stand. A quantisation of the
/// graph's input is left out: the graph begins at the integers, with a notice.
struct OnnxGraphBuilder {
  private(set) var graph: LayerGraph?
  private(set) var notices: [String] = []
  /// Constants used as weights.
  private(set) var weightUses: [String: OnnxWeightUse] = [:]
  /// Floating-point constants that are scales.
  private(set) var scaleNames: Set<String> = []

  let source: OnnxGraph
  let fileBytes: FileBytes
  var constants: OnnxConstants
  /// Nodes that take a value.
  var consumers: [String: [Int]] = [:]
  /// What is said of the graph's results.
  let results: [String: OnnxValueInfo]
  /// Values that flow, by their ONNX name.
  var tensors: [String: GraphTensor] = [:]
  private var order: [String] = []
  /// Floating-point values that stand for integers.
  var dequantized: [String: OnnxQuantized] = [:]
  /// Names for the same value.
  var renamed: [String: String] = [:]
  /// Nodes that became part of another layer.
  private var absorbed: Set<Int> = []
  private var layers: [Layer] = []
  private var layerNames = NameTable()
  private var reasons: [String: Int] = [:]
  private var inputs: [String] = []

  init(_ source: OnnxGraph, values: OnnxValues, name: String) throws(TensorFileError) {
    self.source = source
    fileBytes = FileBytes(values.file)
    results = Dictionary(source.outputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    constants = OnnxConstants(source, values: values)
    for (index, node) in source.nodes.enumerated() {
      for input in Set(node.inputs) { consumers[input, default: []].append(index) }
    }
    try addInputs()
    for index in source.nodes.indices where !absorbed.contains(index) {
      guard try add(index) else {
        let outputs = source.nodes[index].outputs.joined(separator: "', '")
        notices = ["no layer graph: the shape of '\(outputs)' is not known"]
        return
      }
    }
    finish(name)
    do throws(NetworkError) { try graph?.check() } catch { throw TensorFileError(error) }
  }

  private mutating func addInputs() throws(TensorFileError) {
    for info in source.inputs where constants[info.name] == nil {
      guard let type = OnnxType.arrayTypes[info.typeNumber], let shape = info.shape, shape.count <= 8 else { continue }
      let uses = consumers[info.name] ?? []
      let isQuantized = !uses.isEmpty && uses.allSatisfy { source.nodes[$0].type == "QuantizeLinear" }
      guard isQuantized else {
        define(GraphTensor(name: info.name, shape: shape, layout: Self.layout(shape.count), type: type))
        inputs.append(info.name)
        continue
      }
      for index in uses {
        let node = source.nodes[index]
        guard let output = node.outputs.first, let (target, type) = try quantization(of: node) else { continue }
        define(quantized(output, shape, type, target))
        inputs.append(output)
        absorbed.insert(index)
        notices.append("the graph begins at '\(output)': the quantisation of input '\(info.name)' is left out")
      }
    }
  }

  /// Adds one node; false when the shape of a result is not known.
  private mutating func add(_ index: Int) throws(TensorFileError) -> Bool {
    let node = source.nodes[index]
    for input in node.inputs where !input.isEmpty && constants[input] == nil && !isKnown(input) {
      guard source.nodes.contains(where: { $0.outputs.contains(input) }) else {
        throw TensorFileError(.inconsistent, "value '\(input)' is nowhere made", place: "node '\(node.name)'")
      }
      throw TensorFileError(
        .inconsistent, "value '\(input)' is used before it is made: a cycle", place: "node '\(node.name)'")
    }
    for output in node.outputs where constants[output] != nil || isKnown(output) {
      throw TensorFileError(.inconsistent, "value '\(output)' is made twice", place: "node '\(node.name)'")
    }
    for name in Self.scaleInputs(node).compactMap({ node.input($0) }) { scaleNames.insert(name) }
    switch node.type {
    case "Identity", "Dropout":
      if let input = node.input(0), let output = node.outputs.first, constants[input] == nil {
        renamed[output] = resolved(input)
        return true
      }
    case "DequantizeLinear":
      if let input = node.input(0), let output = node.outputs.first, let (quantization, _) = try quantization(of: node),
        mayStand(for: input, quantization)
      {
        var known = quantization
        known.name = resolved(input)
        dequantized[output] = known
        describe(known)
        return true
      }
    default: break
    }
    let number = layers.count
    let name = layerNames.unique(node.name, fallback: (number < 10 ? "0" : "") + "\(number)_\(node.type)")
    do throws(TensorFileError) {
      if let made = try layer(of: node, named: name) {
        take(made)
        return true
      }
      reasons["operator '\(node.type)'", default: 0] += 1
    } catch { reasons["operator '\(node.type)': \(error.detail)", default: 0] += 1 }
    return addUnknown(node, name)
  }

  private mutating func take(_ made: OnnxMadeLayer) {
    define(made.output)
    layers.append(made.layer)
    absorbed.formUnion(made.absorbed)
    if let name = made.layer.weights?.array, let use = made.weightUse { weightUses[name] = use }
  }

  /// Keeps the place of a node that cannot be computed; its results need to be described in the model.
  private mutating func addUnknown(_ node: OnnxNode, _ name: String) -> Bool {
    let flowing = node.inputs.filter { !$0.isEmpty && constants[$0] == nil }.map { flowName($0) }
    let outputs = node.outputs.filter { !$0.isEmpty }
    for (number, output) in outputs.enumerated() {
      let info = source.values[output] ?? results[output]
      let first = node.input(0).flatMap { tensor($0)?.shape ?? constants[$0]?.shape }
      guard let shape = info?.shape ?? (Self.keepsShape.contains(node.type) ? first : nil), shape.count <= 8 else {
        return false
      }
      let type = info.flatMap { OnnxType.arrayTypes[$0.typeNumber] } ?? .float32
      define(GraphTensor(name: output, shape: shape, layout: Self.layout(shape.count), type: type))
      layers.append(
        Layer(
          name: outputs.count == 1 ? name : "\(name)#\(number)", operation: .other(node.type), inputs: flowing,
          output: output))
    }
    return true
  }

  private mutating func finish(_ name: String) {
    let types = order.compactMap { tensors[$0]?.type }
    let hasIntegers = types.contains { $0.elementType != nil }
    graph = LayerGraph(
      name: name, arithmetic: hasIntegers ? .onnx : .shapes, inputs: inputs,
      outputs: source.outputs.map { flowName($0.name) }.filter { tensors[$0] != nil },
      tensors: order.compactMap { tensors[$0] }, layers: layers)
    notices += reasons.sorted { $0.key < $1.key }.map { "\($0.value) layers cannot be computed: \($0.key)" }
  }

  private mutating func define(_ tensor: GraphTensor) {
    if tensors.updateValue(tensor, forKey: tensor.name) == nil { order.append(tensor.name) }
  }

  /// A scale that a reader of integers knows is also the integers' own.
  mutating func describe(_ quantization: OnnxQuantized) {
    guard let scale = quantization.scale, var tensor = tensors[quantization.name], tensor.scale == nil else { return }
    tensor.scale = Double(scale)
    tensor.zeroPoint = quantization.zeroPoints.first ?? 0
    tensors[tensor.name] = tensor
  }

  /// One set of integers has one scale; a second reader with another scale is a layer of its own, which is unknown.
  func mayStand(for input: String, _ quantization: OnnxQuantized) -> Bool {
    guard constants[input] == nil else { return true }
    guard let tensor = tensors[resolved(input)], let scale = quantization.scale else { return false }
    return tensor.scale == nil || (tensor.scale == Double(scale) && tensor.zeroPoint == quantization.zeroPoints.first)
  }

  private func isKnown(_ name: String) -> Bool { tensors[flowName(name)] != nil || dequantized[resolved(name)] != nil }

  private static let keepsShape: Set<String> = [
    "Relu", "Clip", "Sigmoid", "Tanh", "LeakyRelu", "HardSwish", "HardSigmoid", "Cast", "QuantizeLinear",
    "DequantizeLinear", "Softmax", "BatchNormalization", "Erf", "Sqrt", "Neg", "Abs",
  ]
}
