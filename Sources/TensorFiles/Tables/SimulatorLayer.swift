import Networks
import Weft

/// Adds one layer of a DNNsim tree to a model.
struct SimulatorLayer {
  let row: SimulatorRow
  let weights: QuantizedTensor
  let activations: QuantizedTensor
  let weightFormat: SimulatorFormat
  let activationFormat: SimulatorFormat

  func add(to model: inout ModelFile) throws(TensorFileError) {
    var (weights, activations) = (weights, activations)
    let input = activations.descriptor.shape
    let filters = weights.descriptor.shape
    guard !input.isEmpty, filters.count >= 2 else {
      throw TensorFileError(.inconsistent, "activations \(input), weights \(filters)")
    }
    activations.descriptor.layout = Self.layout(input.count, "NCHW")
    weights.descriptor.layout = Self.layout(filters.count, "OIHW")
    let operation: LayerOperation
    let output: [Int]
    switch row.type {
    case "conv": (operation, output) = try convolution(input, filters, &weights.descriptor)
    case "fc":
      let inner = filters.dropFirst().reduce(1, *)
      guard inner > 0, activations.descriptor.valueCount % inner == 0 else {
        throw TensorFileError(.inconsistent, "\(activations.descriptor.valueCount) inputs, weights \(filters)")
      }
      (operation, output) = (.fullyConnected, [activations.descriptor.valueCount / inner, filters[0]])
    default: (operation, output) = (.other(row.type), [input[0], filters[0]])
    }
    let name = row.name
    let format = activationFormat
    model.graph?.tensors += [
      GraphTensor(
        name: activations.descriptor.name, shape: input, layout: activations.descriptor.layout,
        type: Self.type(activations),
        fractionBits: format.fractionBits, files: [SampleFile(sample: "s0", array: activations.descriptor.name)]),
      GraphTensor(name: "\(name).output", shape: output, layout: Self.layout(output.count, "NCHW"), type: .int16),
    ]
    model.graph?.inputs.append(activations.descriptor.name)
    model.graph?.outputs.append("\(name).output")
    model.graph?.layers.append(
      Layer(
        name: name, operation: operation, inputs: [activations.descriptor.name], output: "\(name).output",
        weights: LayerParameter(
          array: weights.descriptor.name, type: Self.type(weights), shape: filters, layout: weights.descriptor.layout,
          fractionBits: weightFormat.fractionBits),
        accumulatorType: .int64,
        profile: PrecisionProfile(
          activationBits: format.magnitudeBits + format.fractionBits,
          weightBits: weightFormat.magnitudeBits + weightFormat.fractionBits)))
    model.tensors += [weights, activations]
  }

  private func convolution(
    _ input: [Int], _ filters: [Int], _ weights: inout TensorDescriptor
  ) throws(TensorFileError) -> (LayerOperation, [Int]) {
    guard input.count == 4, filters.count == 4, filters[1] > 0, input[1] % filters[1] == 0 else {
      throw TensorFileError(.inconsistent, "activations \(input), weights \(filters)")
    }
    var window = Window(
      kernel: (filters[2], filters[3]), stride: (row.stride, row.stride),
      padding: Padding(top: row.padding, left: row.padding, bottom: row.padding, right: row.padding))
    window.groups = input[1] / filters[1]
    guard let height = window.outputHeight(input[2]), let width = window.outputWidth(input[3]) else {
      throw TensorFileError(
        .inconsistent, "no window fits: activations \(input), weights \(filters), stride \(row.stride)")
    }
    let output = [input[0], filters[0], height, width]
    guard filters[1] == 1, window.groups > 1, filters[0] % window.groups == 0 else {
      if window.groups >= 1, filters[0] % window.groups == 0 { weights.convolutionGroups = window.groups }
      return (.convolution(window), output)
    }
    weights.layout = Self.layout(4, "C1HW")
    return (.depthwiseConvolution(window), output)
  }

  private static func type(_ tensor: QuantizedTensor) -> ArrayType { NetworkArray.tensor(tensor).type ?? .int16 }

  private static func layout(_ rank: Int, _ text: String) -> TensorLayout {
    rank == 4 ? TensorLayout(text) ?? .standard(rank: 4) : .standard(rank: rank)
  }
}
