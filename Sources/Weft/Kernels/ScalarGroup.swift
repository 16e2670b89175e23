/// The lanes or the planes of a group of 16 whose block is the group, all of them in a few ordinary registers, so that
/// there is no loop over lanes or planes.
protocol ScalarGroup {
  /// Bytes of the lanes, and of all planes: the same.
  static var byteCount: Int { get }

  init(_ memory: UnsafeRawPointer)
  func store(_ memory: UnsafeMutableRawPointer)

  /// The needed precision of the lanes.
  func neededPrecision(isSigned: Bool) -> Int
  /// The planes of lanes.
  func planes() -> Self
  /// The lanes of planes.
  func lanes() -> Self
  /// The lowest `count` planes, zeros above.
  func keeping(_ count: Int) -> Self
  /// Lanes of `precision` bits, their highest bit copied upwards.
  func signExtended(from precision: Int) -> Self
}

extension ScalarGroup {
  /// Of the four planes from `first` on, those below `count`.
  @inline(__always)
  static func mask(_ first: Int, _ count: Int) -> UInt64 {
    count >= first + 4 ? .max : count <= first ? 0 : 1 &<< UInt64(truncatingIfNeeded: 16 &* (count &- first)) &- 1
  }

  /// (v ^ flip) - flip in each lane, with no borrow from lane to lane, of which `top` has the highest bits.
  @inline(__always)
  static func extended(_ x: UInt64, _ flip: UInt64, _ top: UInt64) -> UInt64 {
    let y = x ^ flip
    return ((y | top) &- (flip & ~top)) ^ ((y ^ ~flip) & top)
  }
}
