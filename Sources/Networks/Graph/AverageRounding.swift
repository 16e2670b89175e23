/// How an average of n values with sum t is rounded.
public enum AverageRounding: Hashable, Sendable {
  /// `(t + n/2) / n` for t above 0, else `(t - n/2) / n`, divisions truncating: TFLite.
  case awayFromZero
  /// `floor((2t + n) / 2n)`: 16-bit fixed point.
  case halfUp
  /// To nearest, ties to even, of the values without their zero point: ONNX.
  case halfEven
}
