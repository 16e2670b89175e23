import Networks
import Weft

/// Runs a layer graph on the array from packed bytes: every layer reads packed operands, and its outputs are packed
/// again as they are computed.
public final class NetworkRun {
  public let graph: LayerGraph
  public let machine: Machine
  public let options: RunOptions
  let kernel: Kernel
  let arrayKernel: ArrayKernel
  let source: OperandSource
  let tensors: [String: GraphTensor]
  /// Low bits that each activation's readers drop.
  var droppedBits: [String: Set<Int>] = [:]
  private var lastUse: [String: Int] = [:]
  /// Packed activations, and their planes while a layer reads them.
  var packed: [String: [Int: PackedTensor]] = [:]
  var planes: [String: [Int: ActivationPlanes]] = [:]
  /// Packed weights by layer, trimmed as the run asks.
  var weights: [String: PackedTensor] = [:]
  /// Layers that were not computed: softmax, and what needs it.
  public private(set) var leftOut: [String] = []
  /// The unit whose registers the register executor writes down for one layer, and what it wrote.
  public var traced: (layer: String, unit: (row: Int, column: Int))?
  public internal(set) var trace: [SIPTraceLine] = []
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
  func inputDrop(_ layer: Layer) -> Int {
    options.trims && layer.operation.multiplies ? layer.profile?.activationLowBitsDropped ?? 0 : 0
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
}
