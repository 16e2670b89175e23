/// Sixteen two-byte lanes and their sixteen planes in four registers each.
struct ScalarWordGroup: ScalarGroup {
  /// Four lanes or four planes a word, the first one lowest.
  var words: (UInt64, UInt64, UInt64, UInt64)

  static var byteCount: Int { 32 }

  init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  // As many bytes as a group has, here and in `store`.
  @inline(__always)
  init(_ memory: UnsafeRawPointer) {
    func word(_ place: Int) -> UInt64 {
      unsafe UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: 8 &* place, as: UInt64.self))
    }
    words = (word(0), word(1), word(2), word(3))
  }

  @inline(__always)
  func store(_ memory: UnsafeMutableRawPointer) {
    unsafe memory.storeBytes(of: words.0.littleEndian, toByteOffset: 0, as: UInt64.self)
    unsafe memory.storeBytes(of: words.1.littleEndian, toByteOffset: 8, as: UInt64.self)
    unsafe memory.storeBytes(of: words.2.littleEndian, toByteOffset: 16, as: UInt64.self)
    unsafe memory.storeBytes(of: words.3.littleEndian, toByteOffset: 24, as: UInt64.self)
  }

  @inline(__always)
  func neededPrecision(isSigned: Bool) -> Int {
    var folded: UInt64
    if isSigned {
      // v ^ 2 v has the precision of v as its length.
      func differences(_ x: UInt64) -> UInt64 { x ^ (x & 0x7FFF_7FFF_7FFF_7FFF) &<< 1 }
      folded = differences(words.0) | differences(words.1) | differences(words.2) | differences(words.3)
    } else {
      folded = words.0 | words.1 | words.2 | words.3
    }
    folded |= folded &>> 32
    return 16 - UInt16(truncatingIfNeeded: folded | folded &>> 16).leadingZeroBitCount
  }

  @inline(__always)
  func planes() -> ScalarWordGroup { transposed() }

  @inline(__always)
  func lanes() -> ScalarWordGroup { transposed() }

  /// Rows and columns of 16 x 16 bits change places in four rounds that exchange corners of 8, 4, 2 and 1 bits.
  @inline(__always)
  private func transposed() -> ScalarWordGroup {
    var (a, b, c, d) = words
    func exchange(_ x: inout UInt64, _ y: inout UInt64, _ shift: UInt64, _ mask: UInt64) {
      let t = ((x &>> shift) ^ y) & mask
      y ^= t
      x ^= t &<< shift
    }
    exchange(&a, &c, 8, 0x00FF_00FF_00FF_00FF)
    exchange(&b, &d, 8, 0x00FF_00FF_00FF_00FF)
    exchange(&a, &b, 4, 0x0F0F_0F0F_0F0F_0F0F)
    exchange(&c, &d, 4, 0x0F0F_0F0F_0F0F_0F0F)
    // Rows two and one apart lie in the same word.
    func within(_ word: UInt64) -> UInt64 {
      var x = word
      var t = ((x &>> 2) ^ (x &>> 32)) & 0x0000_0000_3333_3333
      x ^= t &<< 2 ^ t &<< 32
      t = ((x &>> 1) ^ (x &>> 16)) & 0x0000_5555_0000_5555
      return x ^ t &<< 1 ^ t &<< 16
    }
    return ScalarWordGroup(words: (within(a), within(b), within(c), within(d)))
  }

  static func lowestPlanes(_ count: Int) -> ScalarWordGroup {
    ScalarWordGroup(words: (mask(0, count), mask(4, count), mask(8, count), mask(12, count)))
  }

  @inline(__always)
  func masked(by mask: ScalarWordGroup) -> ScalarWordGroup {
    ScalarWordGroup(
      words: (
        words.0 & mask.words.0, words.1 & mask.words.1, words.2 & mask.words.2, words.3 & mask.words.3
      ))
  }

  static func sign(of precision: Int) -> UInt64 {
    precision == 0 ? 0 : 0x0001_0001_0001_0001 << (precision - 1)
  }

  @inline(__always)
  func extended(_ sign: UInt64) -> ScalarWordGroup {
    func extended(_ x: UInt64) -> UInt64 { Self.extended(x, sign, 0x8000_8000_8000_8000) }
    return ScalarWordGroup(words: (extended(words.0), extended(words.1), extended(words.2), extended(words.3)))
  }
}
