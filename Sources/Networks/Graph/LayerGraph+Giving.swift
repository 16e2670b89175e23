import Weft

extension LayerGraph {
  /// Makes a tensor the one input, as the sample `given`; samples and sums that were stored are forgotten.
  ///
  /// Returns the tensor under the name that the graph has for it from now on, with the input's layout and zero point.
  /// Throws `inconsistent` when the graph has not one input, or shape or type differ from it.
  public mutating func give(_ tensor: QuantizedTensor) throws(NetworkError) -> QuantizedTensor {
    guard inputs.count == 1, let name = inputs.first, let place = tensors.firstIndex(where: { $0.name == name }) else {
      throw NetworkError(.inconsistent, "an input is given to a network with one input, not \(inputs.count)")
    }
    let wanted = tensors[place]
    let found = tensor.descriptor
    guard found.shape == wanted.shape, let type = wanted.type.elementType, type.fits(found.elementType) else {
      throw NetworkError(
        .inconsistent,
        "input '\(name)' is \(wanted.type.rawValue) \(wanted.shape), found \(found.elementType.name) \(found.shape)")
    }
    var given = tensor
    let array = "input given/\(name)"
    given.descriptor.name = array
    given.descriptor.layout = wanted.layout
    given.descriptor.zeroPoint = wanted.zeroPoint
    samples = [GraphSample(name: "given")]
    for index in tensors.indices { tensors[index].files = [] }
    for index in layers.indices { layers[index].accumulators = [] }
    tensors[place].files = [SampleFile(sample: "given", array: array)]
    return given
  }
}
