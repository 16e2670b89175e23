/// How a sum times a Q31 multiplier is rounded to an output (TFLite rounds in several ways).
public enum Rounding: String, Hashable, Sendable, CaseIterable {
  /// Doubling high multiplication rounded to nearest, then a division by a power of two rounded to nearest with
  /// ties away from zero: convolutions, depthwise convolutions and additions.
  case twoStep = "two_step"
  /// One product, rounded half up once: fully connected layers, of 8 and of 16 bits.
  case singleStep = "single_step"
  /// The multiplier rounded to 15 bits, then as `singleStep`: convolutions of 16-bit activations with 64-bit sums.
  case reducedMultiplier = "reduced_multiplier"
}
