/// Sixteen one-byte lanes and their eight planes in two registers each.
struct ScalarByteGroup: ScalarGroup {
  /// Eight lanes or four planes a word, the first one lowest.
  var words: (UInt64, UInt64)

  static var byteCount: Int { 16 }

  init(words: (UInt64, UInt64)) { self.words = words }

  // As many bytes as a group has, here and in `store`.
  @inline(__always)
  init(_ memory: UnsafeRawPointer) {
    unsafe words = (
      UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
      UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    )
  }

  @inline(__always)
  func store(_ memory: UnsafeMutableRawPointer) {
    unsafe memory.storeBytes(of: words.0.littleEndian, toByteOffset: 0, as: UInt64.self)
    unsafe memory.storeBytes(of: words.1.littleEndian, toByteOffset: 8, as: UInt64.self)
  }

  @inline(__always)
  func neededPrecision(isSigned: Bool) -> Int {
    // v ^ 2 v has the precision of v as its length.
    func differences(_ x: UInt64) -> UInt64 { isSigned ? x ^ (x & 0x7F7F_7F7F_7F7F_7F7F) &<< 1 : x }
    var folded = differences(words.0) | differences(words.1)
    folded |= folded &>> 32
    folded |= folded &>> 16
    return 8 - UInt8(truncatingIfNeeded: folded | folded &>> 8).leadingZeroBitCount
  }

  /// A bit's place in both words has seven bits: for lanes those of the lane and below them those of the plane, for
  /// planes the other way round. Six rounds change one of them for another: one word's half for the other's other half.
  @inline(__always)
  func planes() -> ScalarByteGroup {
    exchanging(8, 0x00FF_00FF_00FF_00FF).exchanging(1, 0x5555_5555_5555_5555)
      .exchanging(16, 0x0000_FFFF_0000_FFFF).exchanging(2, 0x3333_3333_3333_3333)
      .exchanging(32, 0x0000_0000_FFFF_FFFF).exchanging(4, 0x0F0F_0F0F_0F0F_0F0F)
  }

  @inline(__always)
  func lanes() -> ScalarByteGroup {
    exchanging(4, 0x0F0F_0F0F_0F0F_0F0F).exchanging(32, 0x0000_0000_FFFF_FFFF)
      .exchanging(2, 0x3333_3333_3333_3333).exchanging(16, 0x0000_FFFF_0000_FFFF)
      .exchanging(1, 0x5555_5555_5555_5555).exchanging(8, 0x00FF_00FF_00FF_00FF)
  }

  /// The upper of each two parts of the lower word, and the lower ones of the upper word, which `mask` has, change
  /// places.
  @inline(__always)
  private func exchanging(_ shift: UInt64, _ mask: UInt64) -> ScalarByteGroup {
    let t = (words.0 &>> shift ^ words.1) & mask
    return ScalarByteGroup(words: (words.0 ^ t &<< shift, words.1 ^ t))
  }

  static func lowestPlanes(_ count: Int) -> ScalarByteGroup {
    ScalarByteGroup(words: (mask(0, count), mask(4, count)))
  }

  @inline(__always)
  func masked(by mask: ScalarByteGroup) -> ScalarByteGroup {
    ScalarByteGroup(words: (words.0 & mask.words.0, words.1 & mask.words.1))
  }

  static func sign(of precision: Int) -> UInt64 {
    precision == 0 ? 0 : 0x0101_0101_0101_0101 << (precision - 1)
  }

  @inline(__always)
  func extended(_ sign: UInt64) -> ScalarByteGroup {
    func extended(_ x: UInt64) -> UInt64 { Self.extended(x, sign, 0x8080_8080_8080_8080) }
    return ScalarByteGroup(words: (extended(words.0), extended(words.1)))
  }
}
