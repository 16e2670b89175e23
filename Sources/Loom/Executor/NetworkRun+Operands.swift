import Networks
import Weft

// What layers read: taken from the source or from the layers before, and packed.
extension NetworkRun {
  /// Takes an activation from the source; false when it has none.
  func hold(_ name: String, sample: String) throws -> Bool {
    if packed[name] != nil { return true }
    guard let array = tensors[name]?.array(of: sample), let tensor = try source.packed(array, .channels) else {
      return false
    }
    guard tensor.descriptor.shape == tensors[name]?.shape else {
      throw NetworkError(
        .inconsistent, "'\(array)' has the shape \(tensor.descriptor.shape), the graph \(tensors[name]?.shape ?? [])")
    }
    var copies: [Int: PackedTensor] = [:]
    for bits in droppedBits[name] ?? [0] {
      copies[bits] = try OperandPacking(kernel: kernel).trimmed(tensor, droppedBits: bits)
    }
    note(name, copies)
    return true
  }

  func note(_ name: String, _ copies: [Int: PackedTensor]) {
    packed[name] = copies
    if let finest = copies.keys.min() { onPacked?(name, copies[finest]!) }
  }

  func planes(of name: String, droppedBits: Int) throws -> ActivationPlanes {
    if let known = planes[name]?[droppedBits] { return known }
    guard let tensor = packed[name]?[droppedBits] else { throw NetworkError(.missing, "activation '\(name)'") }
    let made = try ActivationPlanes(tensor, kernel: kernel)
    planes[name, default: [:]][droppedBits] = made
    return made
  }

  /// A layer's packed weights. Throws where they are not those of the graph.
  func weights(of layer: Layer) throws -> PackedTensor {
    if let known = weights[layer.name] { return known }
    guard let parameter = layer.weights, let name = parameter.array, let tensor = try source.packed(name, .filters)
    else { throw NetworkError(.missing, "the weights are not there", place: "layer '\(layer.name)'") }
    guard tensor.descriptor.shape == parameter.shape else {
      throw NetworkError(
        .inconsistent,
        "packed weights '\(name)' have the shape \(tensor.descriptor.shape), the graph \(parameter.shape)",
        place: "layer '\(layer.name)'")
    }
    guard parameter.zeroPoints.allSatisfy({ $0 == tensor.descriptor.zeroPoint ?? 0 }) else {
      throw NetworkError(
        .unsupported, "weights '\(name)' whose zero points differ from filter to filter",
        place: "layer '\(layer.name)'")
    }
    let drop = options.trims ? layer.profile?.weightLowBitsDropped ?? 0 : 0
    let made = try OperandPacking(kernel: kernel).trimmed(tensor, droppedBits: drop)
    weights[layer.name] = made
    onPacked?(name, made)
    return made
  }

  func operands(of layer: Layer, _ output: GraphTensor) throws -> LayerOperands {
    guard let input = tensors[layer.inputs[0]] else { throw NetworkError(.missing, "the input is not there") }
    return try LayerOperands(
      layer, input: input, output: output, inputs: try planes(of: input.name, droppedBits: inputDrop(layer)),
      weights: try weights(of: layer), kernel: kernel)
  }
}
