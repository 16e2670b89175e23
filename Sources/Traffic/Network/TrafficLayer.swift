/// A layer with what it reads and writes, and its time on the array.
public struct TrafficLayer: Hashable, Sendable {
  public var name: String
  public var type: String
  /// Names of activations read.
  public var inputs: [String]
  /// Name of the activation written.
  public var output: String
  public var weights: TrafficTensor?
  public var computeCycles: Int
  /// The values stay where they are: concatenations along the channels and reshapes.
  public var isView: Bool

  public init(
    name: String, type: String, inputs: [String], output: String, weights: TrafficTensor? = nil, computeCycles: Int,
    isView: Bool = false
  ) {
    self.name = name
    self.type = type
    self.inputs = inputs
    self.output = output
    self.weights = weights
    self.computeCycles = computeCycles
    self.isView = isView
  }
}
