import Networks
import Weft

/// One layer of a graph as DNNsim wants it.
struct SimulatorExport {
  let row: SimulatorRow
  let activations: SimulatorTrace
  let weights: SimulatorTrace

  init(
    _ layer: Layer, graph: LayerGraph, sample: String, trims: Bool, arrays: ReferenceExecutor.ArraySource
  ) throws(TensorFileError) {
    guard let parameter = layer.weights, let input = layer.inputs.first.flatMap({ graph.tensor($0) }),
      let filters = parameter.filterShape
    else { throw TensorFileError(.inconsistent, "weights or input") }
    let droppedInputBits = trims ? layer.profile?.activationLowBitsDropped ?? 0 : 0
    let droppedWeightBits = trims ? layer.profile?.weightLowBitsDropped ?? 0 : 0
    let stored = try Self.values(input.array(of: sample), shape: input.shape, layout: input.layout, arrays)
    let factors = try Self.values(parameter.array, shape: parameter.shape, layout: parameter.layout, arrays)
    let operands = Trimming.trim(stored.map { $0 &- input.zeroPoint }, droppedBits: droppedInputBits)
    let image = try Self.image(layer, input, operands)
    activations = SimulatorTrace(
      shape: image.shape, values: image.values,
      format: Self.format(input.type, input.fractionBits, input.zeroPoint != 0, trims, droppedInputBits))
    let centred = Trimming.trim(try Self.centred(factors, parameter), droppedBits: droppedWeightBits)
    let isDepthwise = if case .depthwiseConvolution = layer.operation { true } else { false }
    let ordered = IntegerArray(shape: parameter.shape, layout: parameter.layout, values: centred).channelLast
    weights = SimulatorTrace(
      shape: Self.weightShape(layer, filters),
      values: AxisOrder.transposed(ordered, shape: filters, permutation: isDepthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]),
      format: Self.format(
        parameter.type, parameter.fractionBits, parameter.zeroPoints != [0], trims, droppedWeightBits))
    row = try Self.row(layer)
  }

  private static func row(_ layer: Layer) throws(TensorFileError) -> SimulatorRow {
    let name = String(layer.name.map { $0 == "/" ? "-" : $0 })
    guard let window = layer.operation.window else {
      return SimulatorRow(name: name, type: "fc", stride: 1, padding: 0)
    }
    guard window.strideHeight == window.strideWidth, window.dilationHeight == 1, window.dilationWidth == 1 else {
      throw TensorFileError(.unsupported, "strides that differ, or dilation")
    }
    let padding = window.padding.isEven ? window.padding.top : 0
    return SimulatorRow(name: name, type: "conv", stride: window.strideHeight, padding: padding)
  }

  private static func format(
    _ type: ArrayType, _ fractionBits: Int?, _ isShifted: Bool, _ trims: Bool, _ droppedBits: Int
  ) -> SimulatorFormat {
    let width = (type.elementType?.width ?? 16) + (isShifted ? 1 : 0)
    if trims { return SimulatorFormat(magnitudeBits: min(width, 16) - droppedBits, fractionBits: 0) }
    let fraction = fractionBits ?? 0
    return SimulatorFormat(magnitudeBits: min(width, 16) - fraction, fractionBits: fraction)
  }

  private static func values(
    _ name: String?, shape: [Int], layout: TensorLayout, _ arrays: ReferenceExecutor.ArraySource
  ) throws(TensorFileError) -> [Int32] {
    let array: NetworkArray?
    do { array = try name.flatMap { name throws(NetworkError) in try arrays(name) } } catch {
      throw TensorFileError(error)
    }
    guard let array, let integers = IntegerArray(array, shape: shape, layout: layout) else {
      throw TensorFileError(.inconsistent, "array '\(name ?? "")' is missing, or no integers of shape \(shape)")
    }
    return integers.values
  }

  private static func centred(_ values: [Int32], _ parameter: LayerParameter) throws(TensorFileError) -> [Int32] {
    guard parameter.zeroPoints.count == 1 else { throw TensorFileError(.unsupported, "a zero point a filter") }
    return values.map { $0 &- parameter.zeroPoints[0] }
  }

  /// The image in the order NCHW, padded where the table cannot say how.
  private static func image(
    _ layer: Layer, _ input: GraphTensor, _ values: [Int32]
  ) throws(TensorFileError) -> (shape: [Int], values: [Int32]) {
    guard let window = layer.operation.window, let shape = CanonicalShape(input.shape, input.layout) else {
      return ([1, values.count], values)
    }
    let padding = window.padding.isEven ? Padding() : window.padding
    let height = shape.height + padding.top + padding.bottom
    let width = shape.width + padding.left + padding.right
    let ordered = IntegerArray(shape: input.shape, layout: input.layout, values: values).channelLast
    var image = [Int32](repeating: 0, count: shape.outer * shape.channels * height * width)
    for (index, value) in ordered.enumerated() {
      let (pixel, channel) = (index / shape.channels, index % shape.channels)
      let (row, column) = (pixel / shape.width, pixel % shape.width)
      let (batch, line) = (row / shape.height, row % shape.height)
      image[((batch * shape.channels + channel) * height + line + padding.top) * width + column + padding.left] = value
    }
    return ([shape.outer, shape.channels, height, width], image)
  }

  private static func weightShape(_ layer: Layer, _ filters: [Int]) -> [Int] {
    switch layer.operation {
    case .depthwiseConvolution: [filters[3], 1, filters[1], filters[2]]
    case .convolution: [filters[0], filters[3], filters[1], filters[2]]
    default: [filters[0], filters[3]]
    }
  }
}

extension Padding {
  /// True when all four sides are the same.
  fileprivate var isEven: Bool { top == bottom && left == right && top == left }
}
