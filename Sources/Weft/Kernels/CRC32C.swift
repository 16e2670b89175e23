/// CRC-32C (Castagnoli), as RFC 3720 defines it: reflected polynomial 0x82F63B78. `"123456789"` gives 0xE3069283.
public enum CRC32C {
  /// Tables for eight bytes a step: entry [k][b] is the CRC of byte b followed by k zero bytes.
  private static let tables: [[UInt32]] = {
    var tables = [[UInt32]](repeating: [UInt32](repeating: 0, count: 256), count: 8)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
      tables[0][byte] = crc
    }
    for table in 1..<8 {
      for byte in 0..<256 {
        let previous = tables[table - 1][byte]
        tables[table][byte] = previous >> 8 ^ tables[0][Int(previous & 0xFF)]
      }
    }
    return tables
  }()

  /// The CRC of bytes whose CRC so far is `crc` (0 for none), followed by `bytes`.
  public static func extend(_ crc: UInt32, with bytes: UnsafeRawBufferPointer) -> UInt32 {
    let tables = tables
    var state = ~crc
    var offset = 0
    // Eight bytes are read only where as many are left, one where one is.
    while offset + 8 <= bytes.count {
      let word =
        unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(state)
      state = 0
      for byte in 0..<8 { state ^= tables[7 - byte][Int(word >> UInt64(8 * byte) & 0xFF)] }
      offset += 8
    }
    while offset < bytes.count {
      state = unsafe state >> 8 ^ tables[0][Int((state ^ UInt32(bytes[offset])) & 0xFF)]
      offset += 1
    }
    return ~state
  }

  /// The CRC of bytes whose CRC is `first` and of `byteCount` more, not less than 0, whose own is `second`.
  public static func join(_ first: UInt32, _ second: UInt32, byteCount: Int) -> UInt32 {
    precondition(byteCount >= 0)
    var (first, left) = (first, byteCount)
    // The power of x that moves on by a byte, by two, by four, ...
    var power: UInt32 = 0x0080_0000
    while left > 0 {
      if left & 1 == 1 { first = product(first, power) }
      power = product(power, power)
      left >>= 1
    }
    return first ^ second
  }

  /// Product of polynomials mod the checksum's: x^0 is the highest bit.
  private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var (a, b, sum) = (a, b, UInt32(0))
    while a != 0 {
      if a >> 31 == 1 { sum ^= b }
      b = b & 1 == 1 ? b >> 1 ^ 0x82F6_3B78 : b >> 1
      a <<= 1
    }
    return sum
  }
}
