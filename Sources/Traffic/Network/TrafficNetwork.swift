/// A network as traffic sees it: layers in order and the sizes of what flows between them.
public struct TrafficNetwork: Hashable, Sendable {
  public var name: String
  public var layers: [TrafficLayer]
  /// Activations by name; every input and output of a layer is there.
  public var activations: [String: TrafficTensor]
  /// Activations that come from outside, and those that are asked for.
  public var inputs: Set<String>
  public var outputs: Set<String>

  public init(
    name: String, layers: [TrafficLayer], activations: [String: TrafficTensor], inputs: Set<String>,
    outputs: Set<String>
  ) {
    self.name = name
    self.layers = layers
    self.activations = activations
    self.inputs = inputs
    self.outputs = outputs
  }
}
