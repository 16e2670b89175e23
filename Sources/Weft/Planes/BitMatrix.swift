/// An 8 x 8 bit matrix in one word: byte r is row r, bit c of it column c.
enum BitMatrix {
  /// Swaps rows and columns: three rounds that exchange 1-, 2- and 4-bit corners.
  @inline(__always)
  static func transpose(_ matrix: UInt64) -> UInt64 {
    var x = matrix
    var t = (x ^ (x &>> 7)) & 0x00AA_00AA_00AA_00AA
    x ^= t ^ (t &<< 7)
    t = (x ^ (x &>> 14)) & 0x0000_CCCC_0000_CCCC
    x ^= t ^ (t &<< 14)
    t = (x ^ (x &>> 28)) & 0x0000_0000_F0F0_F0F0
    x ^= t ^ (t &<< 28)
    return x
  }
}
