import Networks
import Weft

// How long a layer takes.
extension NetworkRun {
  func time(_ operands: LayerOperands, sample: String, into result: inout LayerRun) throws {
    let mapping = LayerMapping(machine, options: options)
    let measured = try operandsToTime(operands, sample: sample)
    let widths = LayerWidths(
      measured, rowCounts: mapping.candidates.map(\.geometry.rows) + [Machine(.dpnn).geometry.rows],
      conventions: options.timing.conventions,
      isFirst: graph.inputs.contains(measured.layer.inputs[0]), largestKnown: try largestActivation(of: measured.layer),
      kernel: arrayKernel, threads: options.threads)
    try checkProfile(of: measured)
    let (best, fixed) = mapping.timing(of: widths)
    result.timing = best
    result.fixedCycles = fixed.cycles
    result.baselineCycles = TimingModel.baselineCycles(widths, options: options.timing)
    result.multiplications = operands.geometry.multiplications
  }

  /// DNNsim reads every layer's inputs from its own trace: the stored activation, trimmed on its own.
  private func operandsToTime(_ operands: LayerOperands, sample: String) throws -> LayerOperands {
    let layer = operands.layer
    guard options.timing.conventions == .dnnsim, options.trims, !options.cyclesOnly,
      let input = tensors[layer.inputs[0]],
      let output = tensors[layer.output], let array = input.array(of: sample),
      let stored = try source.packed(array, .channels)
    else { return operands }
    let trimmed = try OperandPacking(kernel: kernel).trimmed(stored, droppedBits: inputDrop(layer))
    return try LayerOperands(
      layer, input: input, output: output, inputs: try ActivationPlanes(trimmed, kernel: kernel),
      weights: try weights(of: layer), kernel: kernel)
  }

  /// The widest input of a convolution over all samples that are stored in full: DNNsim's static widths are set once for
  /// all that is run. (The last brick of a fully connected layer leaves after its own width.)
  private func largestActivation(of layer: Layer) throws -> Int {
    guard options.timing.conventions == .dnnsim, machine.kind == .stripes || machine.kind == .tartan,
      layer.operation != .fullyConnected, let input = tensors[layer.inputs[0]]
    else { return 0 }
    let samples = graph.samples.filter { sample in
      graph.layers.allSatisfy { !$0.operation.multiplies || tensors[$0.inputs[0]]?.array(of: sample.name) != nil }
    }
    return try samples.reduce(0) { largest, sample in
      guard let array = input.array(of: sample.name), let stored = try source.packed(array, .channels) else {
        return largest
      }
      let trimmed = try OperandPacking(kernel: kernel).trimmed(stored, droppedBits: inputDrop(layer))
      return max(largest, try ActivationPlanes(trimmed, kernel: kernel).planeCount)
    }
  }

  /// Throws `overflow` where the profile's widths are to be spent and a value needs more.
  private func checkProfile(of operands: LayerOperands) throws(NetworkError) {
    let layer = operands.layer
    let spendsActivations = options.timing.precision == .profile || machine.kind == .stripes || machine.kind == .tartan
    guard options.trims, !options.cyclesOnly, spendsActivations, let profile = layer.profile else { return }
    if let bits = profile.activationBits, operands.inputs.planeCount > bits {
      throw NetworkError(
        .overflow, "an activation of \(operands.inputs.planeCount) bits does not fit the profile's \(bits)",
        place: "layer '\(layer.name)'")
    }
    if options.timing.precision == .profile, let bits = profile.weightBits, operands.weights.width > bits {
      throw NetworkError(
        .overflow, "a weight of \(operands.weights.width) bits does not fit the profile's \(bits)",
        place: "layer '\(layer.name)'")
    }
  }
}
