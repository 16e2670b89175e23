/// DPRed's precision detector: a per-bit OR over the values of a group and a leading-one detector.
///
/// Weights are measured once, before packing; activations as they leave the array. In two's complement each value
/// is first exclusive-ored with its sign, so that the leading one is the highest bit that differs from the sign
/// plane, and the sign bit is added (Delmas Lascorz et al., DPRed, arXiv 1804.06732).
public struct PrecisionDetector: Hashable, Sendable {
  /// Read the observed patterns as two's complement.
  public let isSigned: Bool
  /// Per-bit OR of the values, folded over the sign when signed.
  public private(set) var folded: UInt16 = 0
  /// Per-bit OR of the values as they are.
  public private(set) var union: UInt16 = 0

  /// An empty group: precision 0.
  public init(isSigned: Bool) { self.isSigned = isSigned }

  /// Takes one value in, given as its 16-bit pattern (sign-extended when signed).
  @inline(__always)
  public mutating func observe(_ pattern: UInt16) {
    union |= pattern
    folded |= isSigned ? pattern ^ UInt16(bitPattern: Int16(bitPattern: pattern) >> 15) : pattern
  }

  /// Bits of the widest value observed, 0...16: 0 when all were 0.
  @inline(__always)
  public var precision: Precision {
    guard union != 0 else { return Precision(bitCount: 0)! }
    return Precision(bitCount: UInt16.bitWidth - folded.leadingZeroBitCount + (isSigned ? 1 : 0))!
  }
}
