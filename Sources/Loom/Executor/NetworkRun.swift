import Networks
import Weft

/// Runs a layer graph on the array from packed bytes: every layer reads packed operands, and its outputs are packed
/// again as they are computed.
public final class NetworkRun {
  public let graph: LayerGraph
  public let machine: Machine
  public let options: RunOptions
  private let kernel: Kernel
  private let arrayKernel: ArrayKernel
  private let source: OperandSource
  private let tensors: [String: GraphTensor]
  /// Low bits that each activation's readers drop.
  private var droppedBits: [String: Set<Int>] = [:]
  private var lastUse: [String: Int] = [:]
  /// Packed activations, and their planes while a layer reads them.
  private var packed: [String: [Int: PackedTensor]] = [:]
  private var planes: [String: [Int: ActivationPlanes]] = [:]
  /// Packed weights by layer, trimmed as the run asks.
  private var weights: [String: PackedTensor] = [:]
  /// Layers that were not computed: softmax, and what needs it.
  public private(set) var leftOut: [String] = []
  /// The unit whose registers the register executor writes down for one layer, and what it wrote.
  public var traced: (layer: String, unit: (row: Int, column: Int))?
  public private(set) var trace: [SIPTraceLine] = []
  /// Gets every activation with its finest packed copy, given or computed, and every layer's packed weights.
  public var onPacked: ((_ name: String, _ packed: PackedTensor) -> Void)?
  public weak var observer: (any RunObserver)?

  /// Units whose registers are simulated at most.
  public static let maximumSimulatedUnits = 1 << 18

  /// Takes a graph and the source of its arrays. Throws what `LayerGraph.check()` throws, and `missing` when the
  /// profile is asked for and no layer has one.
  public init(
    graph: LayerGraph, machine: Machine, options: RunOptions = RunOptions(), kernel: Kernel, source: OperandSource
  ) throws(NetworkError) {
    try graph.check()
    self.graph = graph
    self.machine = machine
    self.options = options
    self.kernel = kernel
    self.source = source
    arrayKernel = ArrayKernel(beside: kernel)
    tensors = Dictionary(uniqueKeysWithValues: graph.tensors.map { ($0.name, $0) })
    if options.trims || options.timing.precision == .profile,
      !graph.layers.contains(where: { $0.operation.multiplies && $0.profile != nil })
    {
      throw NetworkError(.missing, "no layer has a precision profile")
    }
    let units = machine.geometry.rows * machine.geometry.columns
    guard options.executor == .fast || units <= NetworkRun.maximumSimulatedUnits else {
      throw NetworkError(
        .tooLarge, "\(units) units; the register executor simulates \(NetworkRun.maximumSimulatedUnits) at most")
    }
    for (index, layer) in graph.layers.enumerated() {
      for name in layer.inputs {
        droppedBits[name, default: []].insert(inputDrop(layer))
        lastUse[name] = index
      }
    }
    for name in graph.outputs { droppedBits[name, default: []].insert(0) }
  }

  /// Reads, trims and packs what a run of the sample takes from the source: weights, and activations that are given.
  /// `run` does what is left of it.
  public func prepare(sample: String) throws {
    for layer in graph.layers where layer.weights != nil && layer.operation.multiplies { _ = try weights(of: layer) }
    for name in graph.inputs { _ = try hold(name, sample: sample) }
    guard options.cyclesOnly else { return }
    for layer in graph.layers where layer.operation.multiplies {
      if let name = layer.inputs.first { _ = try hold(name, sample: sample) }
    }
  }

  /// Runs one sample. `visit` gets each layer that was run, in order. Throws one error with the layer's name for
  /// whatever is wrong.
  public func run(sample: String, visit: (LayerRun) throws -> Void) throws {
    guard graph.samples.contains(where: { $0.name == sample }) || graph.samples.isEmpty else {
      throw NetworkError(.missing, "there is no sample '\(sample)'")
    }
    for name in graph.inputs where try !hold(name, sample: sample) {
      throw NetworkError(.missing, "input '\(name)' of sample '\(sample)'")
    }
    let computes =
      try !options.cyclesOnly
      || !graph.layers.allSatisfy { layer in
        guard layer.operation.multiplies, let name = layer.inputs.first else { return true }
        return try hold(name, sample: sample)
      }
    for (index, layer) in graph.layers.enumerated() {
      if case .softmax = layer.operation {
        leftOut.append(layer.name)
      } else if layer.inputs.contains(where: { packed[$0] == nil }), computes || layer.operation.multiplies {
        leftOut.append(layer.name)
      } else {
        do {
          try visit(try run(layer, sample: sample, computes: computes))
        } catch let error as NetworkError {
          throw error.place.hasPrefix("layer") ? error : error.inside("layer '\(layer.name)'")
        }
      }
      for name in layer.inputs where lastUse[name] == index {
        planes[name] = nil
        if !graph.outputs.contains(name) { packed[name] = nil }
      }
    }
  }

  /// The packed activation of an output, after a run.
  public func output(_ name: String) -> PackedTensor? { packed[name]?[0] }

  /// Low bits of its inputs that a layer drops.
  private func inputDrop(_ layer: Layer) -> Int {
    options.trims && layer.operation.multiplies ? layer.profile?.activationLowBitsDropped ?? 0 : 0
  }

  /// Takes an activation from the source; false when it has none.
  private func hold(_ name: String, sample: String) throws -> Bool {
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

  private func note(_ name: String, _ copies: [Int: PackedTensor]) {
    packed[name] = copies
    if let finest = copies.keys.min() { onPacked?(name, copies[finest]!) }
  }

  private func planes(of name: String, droppedBits: Int) throws -> ActivationPlanes {
    if let known = planes[name]?[droppedBits] { return known }
    guard let tensor = packed[name]?[droppedBits] else { throw NetworkError(.missing, "activation '\(name)'") }
    let made = try ActivationPlanes(tensor, kernel: kernel)
    planes[name, default: [:]][droppedBits] = made
    return made
  }

  private func run(_ layer: Layer, sample: String, computes: Bool) throws -> LayerRun {
    guard let output = tensors[layer.output] else { throw NetworkError(.missing, "output '\(layer.output)'") }
    var result = LayerRun(
      layer: layer, timing: .none(machine), fixedCycles: 0, baselineCycles: 0, multiplications: 0)
    if layer.weights != nil, layer.operation.multiplies {
      let operands = try operands(of: layer, output)
      try time(operands, sample: sample, into: &result)
      if computes { try compute(operands, output, into: &result) }
    } else if computes {
      try move(layer, output)
    }
    return result
  }

  /// A layer's packed weights. Throws where they are not those of the graph.
  private func weights(of layer: Layer) throws -> PackedTensor {
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

  private func operands(of layer: Layer, _ output: GraphTensor) throws -> LayerOperands {
    guard let input = tensors[layer.inputs[0]] else { throw NetworkError(.missing, "the input is not there") }
    return try LayerOperands(
      layer, input: input, output: output, inputs: try planes(of: input.name, droppedBits: inputDrop(layer)),
      weights: try weights(of: layer), kernel: kernel)
  }

  private func time(_ operands: LayerOperands, sample: String, into result: inout LayerRun) throws {
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

  private func compute(_ operands: LayerOperands, _ output: GraphTensor, into result: inout LayerRun) throws {
    let layer = operands.layer
    var bias: [Int64]?
    if let parameter = layer.bias {
      guard let name = parameter.array, let values = try source.integers(name) else {
        throw NetworkError(.missing, "the bias is not there")
      }
      guard values.count == operands.filterCount else {
        throw NetworkError(.inconsistent, "\(values.count) biases for \(operands.filterCount) filters")
      }
      bias = values
    }
    let profile = options.trims ? layer.profile : nil
    let finisher = try LayerFinisher(
      layer, output: output, bias: bias,
      shift: (profile?.activationLowBitsDropped ?? 0) + (profile?.weightLowBitsDropped ?? 0),
      sumBits: operands.sumBits, rounding: options.rounding, kernel: arrayKernel)
    let writer = try writer(output, range: finisher.range)
    guard writer.channelCount == operands.filterCount, writer.outputPositions == operands.windowCount else {
      throw NetworkError(
        .inconsistent,
        "the output has \(writer.outputPositions) positions of \(writer.channelCount) channels, the layer \(operands.windowCount) of \(operands.filterCount)"
      )
    }
    try observer?.begin(layer, output: output)
    let emit: (SumTile) throws -> Void = { [observer] tile in
      try observer?.tile(
        sums: tile.sums, outputs: tile.outputs, stride: 32, first: tile.firstWindow, count: tile.count)
      // Sums of a fully connected layer are rows of its output, whatever their axes mean.
      try writer.append(tile.outputs, stride: 32, count: tile.count)
    }
    switch options.executor {
    case .fast:
      try FastExecutor(kernel: arrayKernel, threads: options.threads).run(
        operands, finish: { try finisher.finish($0) }, emit: emit)
    case .register:
      let executor = RegisterExecutor(
        machine: result.timing.machine, options: options.timing,
        traced: traced?.layer == layer.name ? traced?.unit : nil)
      let outcome = try executor.run(operands, finish: { try finisher.finish($0) }, emit: emit)
      result.simulatedCycles = outcome.cycles
      if traced?.layer == layer.name { trace = outcome.trace }
    }
    try observer?.end(layer)
    note(output.name, try writer.finish())
  }

  private func move(_ layer: Layer, _ output: GraphTensor) throws {
    var range = LayerFinisher.range(of: layer, output)
    if case .pad = layer.operation {
      // The value around the image may be anything.
    } else {
      // Values at or above the zero point stay there.
      let inputs = try layer.inputs.map { try planes(of: $0, droppedBits: 0) }
      if inputs.allSatisfy({ !$0.isSigned }) {
        range = max(range.lowerBound, Int64(output.zeroPoint))...range.upperBound
      }
    }
    let inputs = try layer.inputs.map { name in
      guard let tensor = tensors[name] else { throw NetworkError(.missing, "input '\(name)'") }
      return (tensor: tensor, planes: try planes(of: name, droppedBits: 0))
    }
    let writer = try writer(output, range: range)
    try observer?.begin(layer, output: output)
    try PlainTiles(
      layer: layer, inputs: inputs, output: output, rounding: options.rounding, kernel: arrayKernel,
      usesComparators: options.executor == .register
    ).run {
      [observer] values, stride, count in
      try observer?.tile(sums: nil, outputs: values, stride: stride, first: writer.positionCount, count: count)
      try writer.append(values, stride: stride, count: count)
    }
    try observer?.end(layer)
    note(output.name, try writer.finish())
  }

  private func writer(_ output: GraphTensor, range: ClosedRange<Int64>) throws -> OutputWriter {
    try OutputWriter(
      output, range: range, droppedBits: (droppedBits[output.name] ?? [0]).sorted(), kernel: kernel)
  }
}
