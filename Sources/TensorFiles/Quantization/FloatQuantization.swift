/// How floating-point tensors become integers: symmetric, one scale a tensor. Lossy.
public enum FloatQuantization: Hashable, Sendable {
  /// 8 bits; the largest magnitude becomes 127.
  case int8
  /// 16-bit fixed point with this many fraction bits; what does not fit saturates.
  case int16(fractionBits: Int)

  /// Reads `int8` or `int16:Q`, Q in -64...64; nil for anything else.
  public init?(_ text: String) {
    if text == "int8" {
      self = .int8
    } else if text.hasPrefix("int16:"), let bits = Int(text.dropFirst(6)), (-64...64).contains(bits) {
      self = .int16(fractionBits: bits)
    } else {
      return nil
    }
  }

  /// The written form.
  public var text: String {
    switch self {
    case .int8: "int8"
    case .int16(let fractionBits): "int16:\(fractionBits)"
    }
  }
}
