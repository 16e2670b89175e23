/// The 16 bytes that begin every record (SPEC.md section 7.2).
struct RecordHeader: Hashable, Sendable {
  enum Tag: UInt32, Sendable {
    // Four ASCII letters, the first in the lowest byte.
    case tensor = 0x534E_5457  // WTNS
    case frame = 0x4D52_4657  // WFRM
    case stored = 0x4F54_5357  // WSTO
    case chunk = 0x4B48_4357  // WCHK
    case index = 0x5844_4957  // WIDX
    case end = 0x444E_4557  // WEND
  }

  static let byteCount = 16

  var tag: Tag
  var checksum: UInt32
  var bodyByteCount: UInt64

  /// Bytes of the whole record: header, body, padding.
  var recordByteCount: UInt64 { UInt64(RecordHeader.byteCount) + (bodyByteCount + 7) & ~7 }

  /// Reads a header from the first 16 bytes of `bytes`, which lie at `offset` of the file. Throws for an unknown tag
  /// and for a body longer than 2^56 bytes, which no arithmetic on sizes should have to expect.
  init(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(WeftError) {
    precondition(bytes.count >= RecordHeader.byteCount)
    // All three fields lie in the 16 bytes.
    let word = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
    guard let tag = Tag(rawValue: word) else { throw WeftError(.unknownRecord, "record tag", offset: offset) }
    self.tag = tag
    checksum = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    bodyByteCount = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    guard bodyByteCount < 1 << 56 else { throw WeftError(.limitExceeded, "record length", offset: offset + 8) }
  }

  /// Fills in the first 16 bytes of a complete record, checksum included. Cost: one pass over the record.
  static func seal(
    _ record: UnsafeMutableRawBufferPointer, tag: Tag, bodyByteCount: Int, kernel: some CodecKernel
  ) {
    precondition(record.count >= RecordHeader.byteCount)
    // Everything is written to or read from the record, which has its header.
    unsafe write(to: record.baseAddress!, tag: tag, bodyByteCount: bodyByteCount)
    let checksum = unsafe checksum(UnsafeRawBufferPointer(record), kernel: kernel)
    unsafe record.storeBytes(of: checksum.littleEndian, toByteOffset: 4, as: UInt32.self)
  }

  /// Fills in the checksum of a record that is complete but for it; that of its bytes in `rows` is known.
  static func seal(
    _ record: UnsafeMutableRawBufferPointer, rows: Range<Int>, checksum: UInt32, kernel: some CodecKernel
  ) {
    // The rows lie in the record.
    let bytes = UnsafeRawBufferPointer(record)
    let head = unsafe RecordHeader.checksum(bytes, upTo: rows.lowerBound, kernel: kernel)
    let all = kernel.joinChecksums(head, checksum, byteCount: rows.count)
    let whole = unsafe kernel.crc32c(UnsafeRawBufferPointer(rebasing: bytes[rows.upperBound...]), continuing: all)
    unsafe record.storeBytes(of: whole.littleEndian, toByteOffset: 4, as: UInt32.self)
  }

  /// Fills in the first 16 bytes of a record, which are there, with 0 for its checksum.
  static func write(to record: UnsafeMutableRawPointer, tag: Tag, bodyByteCount: Int) {
    unsafe record.storeBytes(of: tag.rawValue.littleEndian, toByteOffset: 0, as: UInt32.self)
    unsafe record.storeBytes(of: 0, toByteOffset: 4, as: UInt32.self)
    unsafe record.storeBytes(of: UInt64(bodyByteCount).littleEndian, toByteOffset: 8, as: UInt64.self)
  }

  /// CRC-32C of the tag and of everything behind the checksum; the record has its header.
  static func checksum(_ record: UnsafeRawBufferPointer, kernel: some CodecKernel) -> UInt32 {
    unsafe checksum(record, upTo: record.count, kernel: kernel)
  }

  /// The same of what lies before `end`, which is no less than the header's end.
  static func checksum(_ record: UnsafeRawBufferPointer, upTo end: Int, kernel: some CodecKernel) -> UInt32 {
    let tag = unsafe kernel.crc32c(UnsafeRawBufferPointer(rebasing: record[0..<4]), continuing: 0)
    return unsafe kernel.crc32c(UnsafeRawBufferPointer(rebasing: record[8..<end]), continuing: tag)
  }
}
