/// One node of a layer graph.
public struct Layer: Hashable, Sendable {
  /// Unique in its graph; as in the source.
  public var name: String
  /// What is computed.
  public var operation: LayerOperation
  /// Names of the activations that go in, in order.
  public var inputs: [String]
  /// Name of the activation that comes out.
  public var output: String
  /// What multiplies the inputs.
  public var weights: LayerParameter?
  /// What is added to the sums.
  public var bias: LayerParameter?
  /// How sums become outputs.
  public var requantization: Requantization?
  /// The stored outputs are clamped to this; nil clamps to the output's type.
  public var outputRange: ClosedRange<Int32>?
  /// The activation function that `outputRange` stands for: `none`, `relu`, `relu6`.
  public var fusedActivation: String?
  /// Type of the sums, `int32` or `int64`.
  public var accumulatorType: ArrayType
  /// Arrays that hold the sums before requantisation, bias included, one a sample.
  public var accumulators: [SampleFile]
  /// Precisions the layer is limited to.
  public var profile: PrecisionProfile?
  /// What `network.json` says of the accumulators besides.
  public var accumulatorExtras: [JSONMember]
  /// What `network.json` says besides.
  public var extras: [JSONMember]

  /// Makes a layer.
  public init(
    name: String, operation: LayerOperation, inputs: [String], output: String, weights: LayerParameter? = nil,
    bias: LayerParameter? = nil, requantization: Requantization? = nil, outputRange: ClosedRange<Int32>? = nil,
    fusedActivation: String? = nil, accumulatorType: ArrayType = .int32, accumulators: [SampleFile] = [],
    profile: PrecisionProfile? = nil, accumulatorExtras: [JSONMember] = [], extras: [JSONMember] = []
  ) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
    self.output = output
    self.weights = weights
    self.bias = bias
    self.requantization = requantization
    self.outputRange = outputRange
    self.fusedActivation = fusedActivation
    self.accumulatorType = accumulatorType
    self.accumulators = accumulators
    self.profile = profile
    self.accumulatorExtras = accumulatorExtras
    self.extras = extras
  }
}
