/// A positive real factor as `q31 * 2^(shift - 31)`.
public struct FixedPointMultiplier: Hashable, Sendable {
  /// The significand in Q31, 0 or 2^30...2^31 - 1.
  public var q31: Int32
  /// The exponent; negative shifts right.
  public var shift: Int
  /// The number that is encoded, before it was rounded to Q31.
  public var real: Double

  /// Joins the parts of an encoded number; `shift` must lie in `shiftRange`.
  public init(q31: Int32, shift: Int, real: Double) {
    precondition(Self.shiftRange.contains(shift))
    self.q31 = q31
    self.shift = shift
    self.real = real
  }

  /// Exponents that can be computed with.
  public static let shiftRange = -62...30

  /// Encodes `real` as TFLite's QuantizeMultiplier does: rounded to Q31 with ties away from zero, 0 below 2^-32.
  /// Nil when it is negative, not finite, or 2^30 and more.
  public init?(_ real: Double) {
    guard real.isFinite, real >= 0 else { return nil }
    guard real > 0 else {
      self.init(q31: 0, shift: 0, real: 0)
      return
    }
    var shift = Int(real.exponent) + 1
    var significand = Int64((real.significand / 2 * 0x1p31).rounded(.toNearestOrAwayFromZero))
    if significand == 1 << 31 {
      significand >>= 1
      shift += 1
    }
    if shift < -31 {
      shift = 0
      significand = 0
    }
    guard Self.shiftRange.contains(shift) else { return nil }
    self.init(q31: Int32(significand), shift: shift, real: real)
  }
}
