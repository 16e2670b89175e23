/// How a layer's sums become outputs, before the zero point is added and the range is clamped.
///
/// Multipliers are one for the layer or one an output channel.
public enum Requantization: Hashable, Sendable {
  /// TFLite: a Q31 multiplier, rounded as named.
  case fixedPoint(Rounding, [FixedPointMultiplier])
  /// 16-bit fixed point: `(sum + 2^(shift - 1)) >> shift`; a negative shift moves left.
  case shift(Int)
  /// ONNX: the sum times a single-precision multiplier, rounded to nearest with ties to even.
  case real([Float])
}
