import Networks
import Weft

/// Layers of single nodes, by operator.
extension OnnxGraphBuilder {
  /// The layer of a node, checked; nil for operators that are not understood. Throws for sizes that are not.
  mutating func layer(of node: OnnxNode, named name: String) throws(TensorFileError) -> OnnxMadeLayer? {
    guard let first = tensor(node.input(0)), let output = node.outputs.first, !output.isEmpty,
      node.outputs.dropFirst().allSatisfy(\.isEmpty)
    else { return nil }
    switch node.type {
    case "Conv", "QLinearConv", "ConvInteger", "Gemm", "MatMul", "QLinearMatMul", "MatMulInteger", "QGemm":
      return try weightedLayer(of: node, named: name, input: first)
    default: break
    }
    var shape = first.shape
    var flowing = [first]
    var bounds: (lower: Float?, upper: Float?) = (nil, nil)
    let operation: LayerOperation
    switch node.type {
    case "Relu":
      operation = .clamp(.relu)
      bounds.lower = 0
    case "Clip":
      guard let known = try clipBounds(node) else { return nil }
      bounds = known
      operation = .clamp(known.lower == 0 && known.upper == 6 ? .relu6 : .clip)
    case "QuantizeLinear": operation = .clamp(.requantize)
    case "Softmax": operation = .softmax(beta: 1)
    case "Add", "QLinearAdd":
      guard let second = tensor(node.input(node.type == "Add" ? 1 : 3)) else { return nil }
      flowing.append(second)
      operation = .add(nil)
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze":
      guard let reshaped = try self.reshaped(node, first.shape) else { return nil }
      (operation, shape) = (.reshape, reshaped)
    case "Transpose":
      let permutation = node.integers("perm") ?? Array(first.shape.indices.reversed())
      guard permutation.sorted() == Array(first.shape.indices) else { return nil }
      (operation, shape) = (.transpose(permutation), permutation.map { first.shape[$0] })
    case "Concat":
      flowing = node.inputs.compactMap { tensor($0) }
      let written = node.integer("axis", absent: 0)
      let axis = written < 0 ? written + shape.count : written
      guard flowing.count == node.inputs.count, shape.indices.contains(axis),
        flowing.allSatisfy({ $0.shape.count == shape.count })
      else { return nil }
      shape[axis] = flowing.reduce(0) { $0 + $1.shape[axis] }
      operation = .concatenate(axis: axis)
    case "Pad":
      guard let sides = try padding(node, rank: shape.count) else { return nil }
      let (before, after) = (Array(sides[..<shape.count]), Array(sides[shape.count...]))
      shape = shape.indices.map { before[$0] + shape[$0] + after[$0] }
      operation = .pad(before: before, after: after, value: nil)
    case "ReduceMean":
      guard let (axes, reduced) = try mean(node, shape) else { return nil }
      (operation, shape) = (.mean(axes: axes), reduced)
    case "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool", "QLinearGlobalAveragePool":
      guard let (made, pooled) = try pool(node, shape) else { return nil }
      (operation, shape) = (made, pooled)
    default: return nil
    }
    return try plainLayer(node, name, operation, flowing, shape, bounds)
  }

  private mutating func plainLayer(
    _ node: OnnxNode, _ name: String, _ operation: LayerOperation, _ inputs: [GraphTensor], _ shape: [Int],
    _ bounds: (lower: Float?, upper: Float?)
  ) throws(TensorFileError) -> OnnxMadeLayer? {
    guard let place = try destination(of: node, shape: shape, inputs: inputs, bounds: bounds) else { return nil }
    // Scales that the operator itself names are known only now.
    let inputs = inputs.map { tensor($0.name) ?? $0 }
    var layer = Layer(name: name, operation: operation, inputs: inputs.map(\.name), output: place.output.name)
    layer.outputRange = place.range
    layer.fusedActivation = place.activation
    if let input = inputs[0].scale, let output = place.output.scale {
      let factor = Float(input) / Float(output)
      switch operation {
      case .clamp where factor != 1 || inputs[0].zeroPoint != place.output.zeroPoint:
        layer.requantization = .real([factor])
      case .mean(let axes):
        let count = ArrayVolume.valueCount(axes.map { max(inputs[0].shape[$0], 1) })
        layer.requantization = count.map { .real([factor / Float($0)]) }
      case .add:
        let second = inputs[1].scale.map { Float($0) / Float(output) }
        layer.requantization = second.map { .real([factor, $0]) }
      default: break
      }
    }
    try check(layer, inputs, place.output)
    return OnnxMadeLayer(layer: layer, output: place.output, absorbed: place.absorbed)
  }

  /// Throws what the graph's own check would.
  func check(_ layer: Layer, _ inputs: [GraphTensor], _ output: GraphTensor) throws(TensorFileError) {
    guard ArrayVolume.valueCount(output.shape).map({ $0 <= LayerGraph.maximumValueCount }) ?? false else {
      throw TensorFileError(.tooLarge, "an output of shape \(output.shape)")
    }
    do { try layer.check(inputs: inputs, output: output) } catch { throw TensorFileError(error) }
  }

  private mutating func clipBounds(_ node: OnnxNode) throws(TensorFileError) -> (lower: Float?, upper: Float?)? {
    var bounds: (lower: Float?, upper: Float?) = (node.attributes["min"]?.float, node.attributes["max"]?.float)
    for (index, path) in [(1, \(lower: Float?, upper: Float?).lower), (2, \.upper)] {
      guard let name = node.input(index) else { continue }
      guard let value = try constants.floats(name)?.first else { return nil }
      bounds[keyPath: path] = value
    }
    guard bounds.lower.map({ !$0.isNaN }) ?? true, bounds.upper.map({ !$0.isNaN }) ?? true else { return nil }
    return bounds
  }

  private mutating func reshaped(_ node: OnnxNode, _ shape: [Int]) throws(TensorFileError) -> [Int]? {
    let axes = try constants.integers(node.input(1)) ?? node.integers(node.type == "Reshape" ? "shape" : "axes")
    switch node.type {
    case "Flatten":
      let written = node.integer("axis", absent: 1)
      let axis = written < 0 ? written + shape.count : written
      guard (0...shape.count).contains(axis), let outer = ArrayVolume.valueCount(Array(shape[..<axis])),
        let inner = ArrayVolume.valueCount(Array(shape[axis...]))
      else { return nil }
      return [outer, inner]
    case "Squeeze":
      guard let axes else { return shape.filter { $0 != 1 } }
      let gone = axes.map { $0 < 0 ? $0 + shape.count : $0 }
      return shape.indices.filter { !gone.contains($0) }.map { shape[$0] }
    case "Unsqueeze":
      guard let axes, axes.count <= 8 else { return nil }
      let rank = shape.count + axes.count
      let added = axes.map { $0 < 0 ? $0 + rank : $0 }
      var rest = shape.makeIterator()
      return (0..<rank).map { added.contains($0) ? 1 : rest.next() ?? 1 }
    default:
      guard let axes, axes.count <= 8, axes.count(where: { $0 == -1 }) <= 1 else { return nil }
      let keepsZero = node.integer("allowzero", absent: 0) != 0
      var target = axes.indices.map { axes[$0] == 0 && !keepsZero && $0 < shape.count ? shape[$0] : axes[$0] }
      guard let open = target.firstIndex(of: -1) else { return target.allSatisfy { $0 >= 0 } ? target : nil }
      target[open] = 1
      guard let known = ArrayVolume.valueCount(target), known > 0, let count = ArrayVolume.valueCount(shape) else {
        return nil
      }
      target[open] = count / known
      return target
    }
  }

  private mutating func padding(_ node: OnnxNode, rank: Int) throws(TensorFileError) -> [Int]? {
    let mode = try node.attributes["mode"]?.text.map { range throws(TensorFileError) in
      try OnnxMessage.text(fileBytes, range)
    }
    let value = try constants.floats(node.input(2))?.first ?? node.attributes["value"]?.float ?? 0
    guard mode ?? "constant" == "constant", node.input(3) == nil, value == 0,
      node.input(2) == nil || constants[node.input(2) ?? ""] != nil,
      let sides = try constants.integers(node.input(1)) ?? node.integers("pads"), sides.count == 2 * rank,
      sides.allSatisfy({ (0...Window.maximum).contains($0) })
    else { return nil }
    return sides
  }

  private mutating func mean(
    _ node: OnnxNode, _ shape: [Int]
  ) throws(TensorFileError) -> (axes: [Int], shape: [Int])? {
    guard let written = try constants.integers(node.input(1)) ?? node.integers("axes") else { return nil }
    let axes = written.map { $0 < 0 ? $0 + shape.count : $0 }
    guard axes.allSatisfy({ shape.indices.contains($0) }) else { return nil }
    if node.integer("keepdims", absent: 1) != 0 {
      return (axes, shape.indices.map { axes.contains($0) ? 1 : shape[$0] })
    }
    return (axes, shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
  }

  private mutating func pool(
    _ node: OnnxNode, _ shape: [Int]
  ) throws(TensorFileError) -> (LayerOperation, [Int])? {
    guard shape.count == 4 else { return nil }
    let isMaximum = node.type.hasSuffix("MaxPool")
    let window: Window
    if node.type.contains("Global") {
      guard node.integer("channels_last", absent: 0) == 0 else { return nil }
      window = Window(kernel: (shape[2], shape[3]), stride: (max(shape[2], 1), max(shape[3], 1)))
    } else {
      guard let kernel = node.integers("kernel_shape"), kernel.count == 2,
        node.integer("storage_order", absent: 0) == 0,
        let made = try OnnxWindow.window(
          node, kernel: (kernel[0], kernel[1]), image: (shape[2], shape[3]), file: fileBytes)
      else { return nil }
      // Zeros that count are another average.
      guard node.integer("count_include_pad", absent: 0) == 0 || made.padding == Padding() else { return nil }
      window = made
    }
    guard let height = window.outputHeight(shape[2]), let width = window.outputWidth(shape[3]) else { return nil }
    return (
      isMaximum ? .maxPool(window) : .averagePool(window, .halfEven), [shape[0], shape[1], height, width]
    )
  }
}
