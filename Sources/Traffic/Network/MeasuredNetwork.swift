import Loom
import Networks
import Weft

/// A network that ran on the array once: its cycles, and every tensor as it was read and written.
public struct MeasuredNetwork {
  public let graph: LayerGraph
  public let machine: Machine
  /// Layers that ran, with their time.
  public let runs: [LayerRun]
  /// Weights and activations by name.
  private let tensors: [String: QuantizedTensor]

  /// Runs a sample. Throws what the run throws.
  public init(
    _ graph: LayerGraph, machine: Machine, sample: String, options: RunOptions, source: OperandSource, kernel: Kernel
  ) throws {
    self.graph = graph
    self.machine = machine
    let run = try NetworkRun(graph: graph, machine: machine, options: options, kernel: kernel, source: source)
    var packed: [String: PackedTensor] = [:]
    run.onPacked = { packed[$0] = $1 }
    var runs: [LayerRun] = []
    try run.run(sample: sample) { runs.append($0) }
    self.runs = runs
    tensors = try packed.mapValues { try $0.unpacked(kernel: kernel) }
  }

  /// The tensor of a name, where it was read or written.
  public func tensor(_ name: String) -> QuantizedTensor? { tensors[name] }

  /// The network as traffic sees it under one scheme. Cost: packs every tensor.
  public func traffic(
    _ scheme: OffchipScheme, groupSize: PackingRequest.GroupSizeChoice = .fixed(.lanes16), kernel: Kernel
  ) throws -> TrafficNetwork {
    func measured(_ name: String, _ order: LaneOrder) throws -> TrafficTensor {
      guard let tensor = tensors[name] else { throw TrafficError(.missing, "values of '\(name)'") }
      return TrafficTensor(
        name: name, valueCount: tensor.descriptor.valueCount, raw: StoredForm(raw: tensor),
        stored: try scheme.form(of: tensor, order: order, groupSize: groupSize, kernel: kernel))
    }
    var activations: [String: TrafficTensor] = [:]
    var layers: [TrafficLayer] = []
    for run in runs {
      let layer = run.layer
      for name in layer.inputs + [layer.output] where activations[name] == nil {
        activations[name] = try measured(name, .channels)
      }
      let weights =
        layer.operation.multiplies ? try layer.weights?.array.map { try measured($0, .filters) } : nil
      layers.append(
        TrafficLayer(
          name: layer.name, type: layer.operation.name, inputs: layer.inputs, output: layer.output, weights: weights,
          computeCycles: run.timing.cycles, isView: isView(layer)))
    }
    let made = Set(layers.map(\.output))
    let read = Set(layers.flatMap(\.inputs))
    // What is left out behind, such as a softmax, reads its input from outside.
    let outputs = made.subtracting(read).union(graph.outputs)
    return TrafficNetwork(
      name: graph.name, layers: layers, activations: activations, inputs: read.subtracting(made), outputs: outputs)
  }

  private func isView(_ layer: Layer) -> Bool {
    switch layer.operation {
    case .reshape: true
    case .concatenate(let axis):
      graph.tensor(layer.output).flatMap { output in
        LayerOperation.axis(axis, of: output).map { output.layout.roles[$0] == .channel }
      } ?? false
    default: false
    }
  }
}
