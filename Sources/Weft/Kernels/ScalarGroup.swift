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
