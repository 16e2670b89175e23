/// Bits a group needs or is stored with: 0...16.
public struct Precision: Hashable, Comparable, Sendable {
  public let bitCount: Int

  /// The largest precision.
  public static let maximum = Precision(bitCount: 16)!

  /// A precision of 0...16 bits; nil for any other number.
  public init?(bitCount: Int) {
    guard bitCount >= 0, bitCount <= 16 else { return nil }
    self.bitCount = bitCount
  }

  /// Bits that one value needs: 0 for 0; else its length, with the sign bit when read as two's complement.
  public init?(needed value: Int32, isSigned: Bool) {
    guard isSigned || value >= 0 else { return nil }
    let magnitude = value < 0 ? ~value : value
    let length = Int32.bitWidth - magnitude.leadingZeroBitCount + (isSigned ? 1 : 0)
    self.init(bitCount: value == 0 ? 0 : length)
  }

  public static func < (left: Precision, right: Precision) -> Bool { left.bitCount < right.bitCount }
}
