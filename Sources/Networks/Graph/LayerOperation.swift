/// What a layer computes. Axis numbers count from the outermost axis of the tensor as stored.
public enum LayerOperation: Hashable, Sendable {
  case convolution(Window)
  case depthwiseConvolution(Window)
  /// Rows of inputs times weights.
  case fullyConnected
  /// Two activations multiplied over the last axis of the first; the second is transposed first when asked.
  case matrixMultiply(transposesSecond: Bool)
  case maxPool(Window)
  case averagePool(Window, AverageRounding)
  /// Without scaling: the saturating sum of the stored values, or, when the layer requantises with a real multiplier an
  /// input, the sum of the products rounded to nearest with ties to even.
  case add(AddScaling?)
  case clamp(ClampKind)
  /// Same values, another shape.
  case reshape
  case transpose([Int])
  /// Left out of the reference: its fixed-point exponential is not specified.
  case softmax(beta: Double)
  /// Values added before and behind each axis; `value` is the stored value, the zero point when nil.
  case pad(before: [Int], after: [Int], value: Int32?)
  case concatenate(axis: Int)
  /// The mean over some axes.
  case mean(axes: [Int])
  /// An operator that only its name is known of; its numbers cannot be computed.
  case other(String)

  /// The operation's name; what is not understood has the name it had in its file.
  public var name: String {
    switch self {
    case .convolution: "conv2d"
    case .depthwiseConvolution: "depthwise_conv2d"
    case .fullyConnected: "fully_connected"
    case .matrixMultiply: "matmul"
    case .maxPool: "max_pool"
    case .averagePool: "avg_pool"
    case .add: "add"
    case .clamp(let kind): kind.rawValue
    case .reshape: "reshape"
    case .transpose: "transpose"
    case .softmax: "softmax"
    case .pad: "pad"
    case .concatenate: "concat"
    case .mean: "mean"
    case .other(let name): name
    }
  }

  /// The window of convolutions and pools.
  public var window: Window? {
    switch self {
    case .convolution(let window), .depthwiseConvolution(let window), .maxPool(let window),
      .averagePool(let window, _):
      window
    default: nil
    }
  }

  /// True for what multiplies by weights, or multiplies two activations.
  public var multiplies: Bool {
    switch self {
    case .convolution, .depthwiseConvolution, .fullyConnected, .matrixMultiply: true
    default: false
    }
  }
}
