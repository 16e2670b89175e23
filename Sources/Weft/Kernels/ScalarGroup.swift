/// Sixteen two-byte lanes and their sixteen planes in four ordinary registers each: the whole of a group of 16 whose
/// block is the group, without a loop over lanes or planes.
struct ScalarGroup {
  /// Four lanes or four planes a word, the first one lowest.
  var words: (UInt64, UInt64, UInt64, UInt64)

  /// The needed precision of the lanes.
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

  /// The planes of lanes, and the lanes of planes: rows and columns of 16 x 16 bits change places in four rounds that
  /// exchange corners of 8, 4, 2 and 1 bits.
  @inline(__always)
  func transposed() -> ScalarGroup {
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
    return ScalarGroup(words: (within(a), within(b), within(c), within(d)))
  }

  /// The lowest `count` planes, zeros above.
  @inline(__always)
  func keeping(_ count: Int) -> ScalarGroup {
    func mask(_ first: Int) -> UInt64 {
      count >= first + 4 ? .max : count <= first ? 0 : 1 &<< UInt64(truncatingIfNeeded: 16 &* (count &- first)) &- 1
    }
    return ScalarGroup(
      words: (words.0 & mask(0), words.1 & mask(4), words.2 & mask(8), words.3 & mask(12)))
  }

  /// Lanes of `precision` bits, their highest bit copied upwards.
  @inline(__always)
  func signExtended(from precision: Int) -> ScalarGroup {
    guard precision > 0 else { return self }
    let flip = 0x0001_0001_0001_0001 &<< UInt64(truncatingIfNeeded: precision &- 1)
    let top: UInt64 = 0x8000_8000_8000_8000
    // (v ^ flip) - flip in each lane, with no borrow from lane to lane.
    func extended(_ x: UInt64) -> UInt64 {
      let y = x ^ flip
      return ((y | top) &- (flip & ~top)) ^ ((y ^ ~flip) & top)
    }
    return ScalarGroup(words: (extended(words.0), extended(words.1), extended(words.2), extended(words.3)))
  }
}
