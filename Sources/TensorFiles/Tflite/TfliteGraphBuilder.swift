import Networks
import Weft

/// Makes the layer graph of a `.tflite` subgraph.
///
/// Layers are called by number and operator (`00_conv_2d`), since operators have no names; activations keep theirs.
struct TfliteGraphBuilder {
  let graph: LayerGraph?
  let notices: [String]

  init(_ subgraph: TfliteSubgraph, file: FileBytes, name: String) throws(TensorFileError) {
    var reasons: [String: Int] = [:]
    let used = Self.activations(subgraph)
    guard used.allSatisfy({ subgraph.tensors[$0].type != nil && subgraph.tensors[$0].shape.count <= 8 }) else {
      graph = nil
      notices = ["no layer graph: an activation has a type without numbers, or more than 8 axes"]
      return
    }
    let known = Dictionary(uniqueKeysWithValues: used.map { ($0, Self.tensor(subgraph.tensors[$0])) })
    var layers: [Layer] = []
    for (number, node) in subgraph.operators.enumerated() {
      let layerName = (number < 10 ? "0" : "") + "\(number)_\(node.name)"
      let reader = TfliteLayer(node: node, subgraph: subgraph, file: file, activations: known)
      if node.outputs.count == 1, let output = node.outputs.first.flatMap({ known[$0] }) {
        do throws(TensorFileError) {
          if let layer = try reader.layer(named: layerName, output: output) {
            layers.append(layer)
            continue
          }
          reasons["operator '\(node.name)'", default: 0] += 1
        } catch { reasons["operator '\(node.name)': \(error.detail)", default: 0] += 1 }
      } else {
        reasons["operator '\(node.name)' with \(node.outputs.count) outputs", default: 0] += 1
      }
      for (index, output) in node.outputs.enumerated() {
        guard let result = known[output] else { continue }
        let part = node.outputs.count == 1 ? layerName : "\(layerName)#\(index)"
        layers.append(
          Layer(
            name: part, operation: .other(node.name), inputs: reader.inputs.map(\.name), output: result.name))
      }
    }
    let made = LayerGraph(
      name: name, arithmetic: Self.arithmetic(known.values.map(\.type)),
      inputs: subgraph.inputs.compactMap { known[$0]?.name }, outputs: subgraph.outputs.compactMap { known[$0]?.name },
      tensors: used.compactMap { known[$0] }, layers: layers)
    do { try made.check() } catch { throw TensorFileError(error) }
    graph = made
    notices = reasons.sorted { $0.key < $1.key }.map { "\($0.value) layers cannot be computed: \($0.key)" }
  }

  /// Tensors that flow: no constants, used by an operator or the graph. In the order of the file.
  private static func activations(_ subgraph: TfliteSubgraph) -> [Int] {
    var used = Set(subgraph.inputs + subgraph.outputs)
    for node in subgraph.operators { used.formUnion(node.inputs + node.outputs) }
    return used.filter { $0 >= 0 && !subgraph.tensors[$0].isConstant }.sorted()
  }

  private static func tensor(_ tensor: TfliteTensor) -> GraphTensor {
    let isQuantized = tensor.scales.count == 1 && tensor.scales[0].isFinite && tensor.scales[0] > 0
    // An extent left open is the batch; one inference has one.
    return GraphTensor(
      name: tensor.name, shape: tensor.shape.map { $0 < 0 ? 1 : $0 }, type: tensor.type ?? .float32,
      scale: isQuantized ? Double(tensor.scales[0]) : nil,
      zeroPoint: isQuantized ? tensor.zeroPoints.first.flatMap { Int32(exactly: $0) } ?? 0 : 0)
  }

  private static func arithmetic(_ types: [ArrayType]) -> Arithmetic {
    if types.contains(.int16) { return .tfliteInt16 }
    return types.contains(.int8) || types.contains(.uint8) ? .tfliteInt8 : .shapes
  }
}
