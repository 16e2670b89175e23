/// The 16 bytes that begin a container, and the 32 that end it (SPEC.md sections 7.1 and 7.7).
enum FileHeader {
  static let byteCount = 16
  static let endByteCount = 32
  static let version: UInt16 = 1
  static let magic: [UInt8] = [0x89, 0x57, 0x45, 0x46, 0x54, 0x0D, 0x0A, 0x1A]

  static func bytes(kernel: some CodecKernel) -> [UInt8] {
    var builder = ByteBuilder()
    builder.append(magic)
    builder.append(version)
    builder.append(UInt16(0))
    // All bytes of the array.
    let checksum = unsafe builder.bytes.withUnsafeBytes { unsafe kernel.crc32c($0, continuing: 0) }
    builder.append(checksum)
    return builder.bytes
  }

  /// Checks the 16 bytes that lie at `offset` of the file.
  static func check(
    _ bytes: UnsafeRawBufferPointer, at offset: UInt64, kernel: some CodecKernel
  ) throws(WeftError) {
    guard unsafe bytes.starts(with: magic) else { throw WeftError(.badMagic, "file header", offset: offset) }
    // The rest of the header, while the caller holds it.
    var reader = unsafe ByteReader(UnsafeRawBufferPointer(rebasing: bytes[magic.count...]), at: offset + 8)
    let version: UInt16 = try reader.integer("version")
    let reserved: UInt16 = try reader.integer("reserved")
    let checksum: UInt32 = try reader.integer("checksum")
    // The twelve bytes before the checksum.
    let found = unsafe kernel.crc32c(UnsafeRawBufferPointer(rebasing: bytes[..<12]), continuing: 0)
    guard found == checksum else { throw WeftError(.checksumMismatch, "file header", offset: offset) }
    guard version == FileHeader.version else {
      throw WeftError(.unsupportedVersion, "file header", offset: offset + 8, expected: 1, found: Int64(version))
    }
    guard reserved == 0 else { throw WeftError(.reservedNotZero, "file header", offset: offset + 10) }
  }
}
