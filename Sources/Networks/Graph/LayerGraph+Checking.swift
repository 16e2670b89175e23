import Weft

extension LayerGraph {
  /// Most axes a tensor of a graph has.
  public static let maximumRank = 8
  /// Most values a tensor of a graph has.
  public static let maximumValueCount = 1 << 31
  /// Most multiplications a layer has.
  public static let maximumMultiplications = 1 << 46

  /// Throws unless every reference, shape, size and scale of the graph agrees.
  ///
  /// A layer must use inputs of the graph or outputs of earlier layers, so a cycle is `inconsistent`. Cost: linear in
  /// tensors and layers.
  public func check() throws(NetworkError) {
    var known: [String: GraphTensor] = [:]
    for tensor in tensors {
      do { try tensor.check() } catch { throw error.inside("tensor '\(tensor.name)'") }
      guard known.updateValue(tensor, forKey: tensor.name) == nil else {
        throw NetworkError(.inconsistent, "the name is there twice", place: "tensor '\(tensor.name)'")
      }
    }
    for name in inputs + outputs where known[name] == nil {
      throw NetworkError(.missing, "input or output '\(name)' is no tensor")
    }
    var made = Set(inputs)
    var names: Set<String> = []
    for layer in layers {
      let place = "layer '\(layer.name)'"
      guard names.insert(layer.name).inserted else {
        throw NetworkError(.inconsistent, "the name is there twice", place: place)
      }
      var sources: [GraphTensor] = []
      for name in layer.inputs {
        guard let tensor = known[name] else {
          throw NetworkError(.missing, "input '\(name)' is no tensor", place: place)
        }
        guard made.contains(name) else {
          throw NetworkError(.inconsistent, "input '\(name)' is used before it is made", place: place)
        }
        sources.append(tensor)
      }
      guard let result = known[layer.output] else {
        throw NetworkError(.missing, "output '\(layer.output)' is no tensor", place: place)
      }
      guard made.insert(layer.output).inserted else {
        throw NetworkError(.inconsistent, "output '\(layer.output)' is made twice", place: place)
      }
      do { try LayerChecker(layer: layer, inputs: sources, output: result).check() } catch {
        throw error.inside(place)
      }
    }
  }
}

extension GraphTensor {
  func check() throws(NetworkError) {
    guard shape.count <= LayerGraph.maximumRank, shape.allSatisfy({ $0 >= 0 }), layout.roles.count == shape.count
    else { throw NetworkError(.inconsistent, "\(shape) is no shape") }
    guard let count = SafeProduct.of(shape), count <= LayerGraph.maximumValueCount else {
      throw NetworkError(.tooLarge, "shape \(shape), at most \(LayerGraph.maximumValueCount) values")
    }
    if let scale, !(scale.isFinite && scale > 0) { throw NetworkError(.inconsistent, "\(scale) is no scale") }
    if let type = type.elementType, zeroPoint < type.minimum || zeroPoint > type.maximum {
      throw NetworkError(.inconsistent, "zero point \(zeroPoint) is not in the type's range")
    }
    if let fractionBits, fractionBits.magnitude > 64 {
      throw NetworkError(.tooLarge, "\(fractionBits) fraction bits")
    }
  }
}
