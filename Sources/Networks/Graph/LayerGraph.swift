/// A network: activations, and the layers that turn them into one another in execution order.
///
/// The one graph type of the package, whatever file it came from. It travels as the JSON text of a network folder's
/// `network.json` (`encoded()`, `init(decoding:)`). Parameters and activations are named, not held: the arrays lie
/// in the container or the folder under those names.
///
/// `check()` says whether all references, shapes and sizes agree; readers of foreign files return checked graphs.
public struct LayerGraph: Hashable, Sendable {
  /// The network's name.
  public var name: String
  /// Whose rules the numbers follow.
  public var arithmetic: Arithmetic
  /// Names of the activations that are given.
  public var inputs: [String]
  /// Names of the activations that are asked for.
  public var outputs: [String]
  /// Every activation.
  public var tensors: [GraphTensor]
  /// The layers; each uses only inputs of the graph and outputs of earlier layers.
  public var layers: [Layer]
  /// Inputs with their stored activations.
  public var samples: [GraphSample]
  /// What `network.json` says besides: description, source, licence.
  public var extras: [JSONMember]

  /// Makes a graph; nothing is checked yet.
  public init(
    name: String, arithmetic: Arithmetic, inputs: [String] = [], outputs: [String] = [], tensors: [GraphTensor] = [],
    layers: [Layer] = [], samples: [GraphSample] = [], extras: [JSONMember] = []
  ) {
    self.name = name
    self.arithmetic = arithmetic
    self.inputs = inputs
    self.outputs = outputs
    self.tensors = tensors
    self.layers = layers
    self.samples = samples
    self.extras = extras
  }

  /// The activation of a name. Cost: linear.
  public func tensor(_ name: String) -> GraphTensor? { tensors.first { $0.name == name } }

  /// The graph with only its first `count` samples, and without stored accumulators: what a container holds.
  public func keepingSamples(_ count: Int) -> LayerGraph {
    var graph = self
    graph.samples = Array(samples.prefix(count))
    let kept = Set(graph.samples.map(\.name))
    for index in graph.tensors.indices { graph.tensors[index].files.removeAll { !kept.contains($0.sample) } }
    for index in graph.layers.indices { graph.layers[index].accumulators = [] }
    return graph
  }
}
