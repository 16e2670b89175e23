import CWeft
import Loom
import Networks
import Weft

/// One layer as a network of its own: what its operands do not say comes from a `weft_layer`.
struct SingleLayer {
  static let sample = "given"

  let graph: LayerGraph
  private let weights: PackedTensor
  private let activations: PackedTensor

  /// Sums of the layer: positions times filters.
  var sumCount: Int { graph.tensors[1].valueCount }

  /// Joins packed operands. Throws `NetworkError` where they do not fit.
  init(_ given: weft_layer, weights: PackedTensor, activations: PackedTensor) throws {
    self.weights = weights
    self.activations = activations
    var input = activations.descriptor.graphTensor("activations")
    input.files = [SampleFile(sample: SingleLayer.sample, array: input.name)]
    let filters = weights.descriptor
    let parameter = LayerParameter(
      array: "weights", type: filters.arrayType, shape: filters.shape, layout: filters.layout,
      zeroPoints: [filters.zeroPoint ?? 0])
    let operation = try SingleLayer.operation(given, parameter, groups: filters.convolutionGroups, input)
    let layer = Layer(
      name: "layer", operation: operation, inputs: [input.name], output: "sums", weights: parameter,
      requantization: .shift(1), accumulatorType: .int64)
    let output = GraphTensor(
      name: "sums", shape: try SingleLayer.outputShape(operation, parameter, input), type: .int16)
    graph = LayerGraph(
      name: "layer", arithmetic: .fixed16, inputs: [input.name], outputs: [output.name], tensors: [input, output],
      layers: [layer], samples: [GraphSample(name: SingleLayer.sample)])
  }

  /// The operands in the array's orders; others are packed again.
  func source(kernel: Kernel) -> OperandSource {
    OperandSource(
      packed: { name, order in
        let tensor = name == "weights" ? self.weights : self.activations
        if tensor.settings.order == order, !tensor.settings.isCompacted,
          tensor.settings.rebase == tensor.descriptor.zeroPoint ?? 0
        {
          return tensor
        }
        return try OperandPacking(kernel: kernel).pack(try tensor.unpacked(kernel: kernel), order: order)
      }, integers: { _ in nil })
  }

  private static func operation(
    _ given: weft_layer, _ weights: LayerParameter, groups: Int, _ input: GraphTensor
  ) throws -> LayerOperation {
    guard let filters = weights.filterShape else {
      throw NetworkError(.inconsistent, "weights of shape \(weights.shape) have more than two position axes")
    }
    func window(groups: Int) -> Window {
      Window(
        kernel: (filters[1], filters[2]), stride: (Int(given.stride_height), Int(given.stride_width)),
        dilation: (Int(given.dilation_height), Int(given.dilation_width)),
        padding: Padding(
          top: Int(given.pad_top), left: Int(given.pad_left), bottom: Int(given.pad_bottom),
          right: Int(given.pad_right)), groups: groups)
    }
    switch given.kind {
    case 0: return .convolution(window(groups: groups))
    case 1:
      let channels = zip(input.shape, input.layout.roles).first { $0.1 == .channel }?.0
      return .depthwiseConvolution(window(groups: channels ?? 1))
    case 2: return .fullyConnected
    default: throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "there is no kind of layer \(given.kind)")
    }
  }

  private static func outputShape(
    _ operation: LayerOperation, _ weights: LayerParameter, _ input: GraphTensor
  ) throws -> [Int] {
    guard let filters = weights.filterShape else { return [] }
    guard let window = operation.window else {
      let volume = input.shape.contains(0) ? 0 : input.shape.reduce(1, *)
      return [filters[3] == 0 ? 0 : volume / filters[3], filters[0]]
    }
    // A parameter sizes up any tensor by meaning: outer, rows, columns, channels.
    guard
      let image = LayerParameter(array: nil, type: input.type, shape: input.shape, layout: input.layout).filterShape,
      let height = window.outputHeight(image[1]), let width = window.outputWidth(image[2])
    else { throw NetworkError(.inconsistent, "no window fits activations of shape \(input.shape)") }
    let isDepthwise = if case .depthwiseConvolution = operation { true } else { false }
    return [image[0], height, width, isDepthwise ? filters[3] : filters[0]]
  }
}

extension TensorDescriptor {
  fileprivate var arrayType: ArrayType {
    switch (elementType.container, elementType.isSigned) {
    case (.bits4, true): .int4
    case (.bits4, false): .uint4
    case (.bits8, true): .int8
    case (.bits8, false): .uint8
    case (.bits16, true): .int16
    case (.bits16, false): .uint16
    }
  }

  fileprivate func graphTensor(_ name: String) -> GraphTensor {
    GraphTensor(name: name, shape: shape, layout: layout, type: arrayType, zeroPoint: zeroPoint ?? 0)
  }
}
