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
  /// Ones in the lowest `count` planes, zeros above.
  static func lowestPlanes(_ count: Int) -> Self
  /// The planes where `mask` has ones, zeros elsewhere.
  func masked(by mask: Self) -> Self
  /// The highest bit of lanes of `precision` bits, in every lane of a register; 0 where they have none.
  static func sign(of precision: Int) -> UInt64
  /// Lanes whose bit `sign` is copied upwards.
  func extended(_ sign: UInt64) -> Self
}

extension ScalarGroup {
  /// Of the four planes from `first` on, those below `count`.
  @inline(__always)
  static func mask(_ first: Int, _ count: Int) -> UInt64 {
    count >= first + 4 ? .max : count <= first ? 0 : 1 &<< UInt64(truncatingIfNeeded: 16 &* (count &- first)) &- 1
  }

  /// (v ^ sign) - sign in each lane, with no borrow from lane to lane, of which `top` has the highest bits.
  @inline(__always)
  static func extended(_ x: UInt64, _ sign: UInt64, _ top: UInt64) -> UInt64 {
    let y = x ^ sign
    return ((y | top) &- (sign & ~top)) ^ ((y ^ ~sign) & top)
  }
}
