/// Reads little-endian fields one after the other, never past the end.
///
/// The bytes are read while whoever made the reader holds them; nothing that it returns refers to them but readers of
/// their own. Every field is read once, so that bytes which change meanwhile are no danger.
@safe
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  /// Offset of the first byte in the file, for errors.
  let base: UInt64
  private(set) var position = 0

  /// Reads `bytes` as long as the caller holds them.
  init(_ bytes: UnsafeRawBufferPointer, at base: UInt64) {
    unsafe self.bytes = bytes
    self.base = base
  }

  /// Offset in the file of the next field.
  var offset: UInt64 { base + UInt64(position) }

  var remaining: Int { unsafe bytes.count - position }

  mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
    _ what: WeftError.Words, as type: T.Type = T.self
  ) throws(WeftError) -> T {
    let start = try advance(MemoryLayout<T>.size, what)
    // Here and below: `advance` has held the field against the bytes that are there.
    return unsafe T(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: T.self))
  }

  /// A reader of the next `count` bytes alone.
  mutating func part(_ count: Int, _ what: WeftError.Words) throws(WeftError) -> ByteReader {
    let start = try advance(count, what)
    return unsafe ByteReader(
      UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]), at: base + UInt64(start))
  }

  /// Fields of 64 bits, little-endian as they are.
  mutating func words(_ count: Int, _ what: WeftError.Words) throws(WeftError) -> [UInt64] {
    let (byteCount, overflows) = count.multipliedReportingOverflow(by: 8)
    let start = try advance(overflows ? .max : byteCount, what)
    // As many bytes as the words have.
    return unsafe [UInt64](unsafeUninitializedCapacity: count) { words, initialized in
      unsafe UnsafeMutableRawBufferPointer(words).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + byteCount]))
      initialized = count
    }
  }

  mutating func array(_ count: Int, _ what: WeftError.Words) throws(WeftError) -> [UInt8] {
    let start = try advance(count, what)
    return unsafe [UInt8](bytes[start..<start + count])
  }

  /// Moves on; returns the place of the first byte passed.
  @inline(__always)
  private mutating func advance(_ count: Int, _ what: WeftError.Words) throws(WeftError) -> Int {
    guard count <= remaining else {
      throw WeftError(.truncated, what, offset: offset, expected: Int64(count), found: Int64(remaining))
    }
    defer { position += count }
    return position
  }

  /// UTF-8 text of `count` bytes.
  mutating func text(_ count: Int, _ what: WeftError.Words) throws(WeftError) -> PlainText {
    let at = offset
    // Copied before it is looked at: what was found of the bytes must hold for the text.
    let field = try array(count, what)
    #if !hasFeature(Embedded)
      // The most common text needs no closer look.
      if field.allSatisfy({ $0 < 0x80 }) { return String(decoding: field, as: UTF8.self) }
    #endif
    guard let text = PlainText(validating: field, as: UTF8.self) else {
      throw WeftError(.invalidText, what, offset: at)
    }
    return text
  }

  /// Bytes that must be 0 up to the next multiple of 8.
  mutating func padding(_ what: WeftError.Words) throws(WeftError) {
    let start = try advance(padded(position) - position, what)
    for place in start..<position {
      let byte = unsafe bytes[place]
      guard byte == 0 else {
        throw WeftError(.reservedNotZero, what, offset: base + UInt64(start), expected: 0, found: Int64(byte))
      }
    }
  }
}
