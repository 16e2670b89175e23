import Weft

/// Recomputes every checksum of a container, so that a change behind one can be reached (SPEC.md section 7).
enum ContainerSeal {
  private static let magic: [UInt8] = [0x89, 0x57, 0x45, 0x46, 0x54, 0x0D, 0x0A, 0x1A]

  /// The bytes with the checksums that their records need, as far as their lengths lead.
  static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var offset = 0
    while offset + 16 <= bytes.count {
      if bytes[offset...].starts(with: magic) {
        store(checksum(bytes, offset..<offset + 12), in: &bytes, at: offset + 12)
        offset += 16
      } else {
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + 8 + $1]) << UInt64(8 * $1) }
        guard length <= UInt64(bytes.count - offset - 16) else { break }
        let end = min(bytes.count, offset + 16 + (Int(length) + 7) / 8 * 8)
        let tag = checksum(bytes, offset..<offset + 4)
        store(checksum(bytes, offset + 8..<end, continuing: tag), in: &bytes, at: offset + 4)
        offset = end
      }
    }
    return bytes
  }

  private static func checksum(_ bytes: [UInt8], _ range: Range<Int>, continuing crc: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { CRC32C.extend(crc, with: UnsafeRawBufferPointer(rebasing: $0[range])) }
  }

  private static func store(_ crc: UInt32, in bytes: inout [UInt8], at place: Int) {
    for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte)) }
  }
}
