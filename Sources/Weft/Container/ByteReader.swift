/// Reads little-endian fields one after the other, never past the end.
struct ByteReader {
  private let bytes: ArraySlice<UInt8>
  /// Offset of the first byte in the file, for errors.
  let base: UInt64
  private(set) var position = 0

  init(_ bytes: ArraySlice<UInt8>, at base: UInt64) {
    self.bytes = bytes
    self.base = base
  }

  /// Offset in the file of the next field.
  var offset: UInt64 { base + UInt64(position) }

  var remaining: Int { bytes.count - position }

  mutating func integer<T: FixedWidthInteger>(_ what: WeftError.Words, as type: T.Type = T.self) throws(WeftError) -> T
  {
    let start = try advance(MemoryLayout<T>.size, what) - bytes.startIndex
    // `advance` has held the field against the bytes that are there.
    return unsafe bytes.withUnsafeBytes {
      unsafe T(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: T.self))
    }
  }

  mutating func take(_ count: Int, _ what: WeftError.Words) throws(WeftError) -> ArraySlice<UInt8> {
    let start = try advance(count, what)
    return bytes[start..<start + count]
  }

  /// Moves on; returns the index of the first byte passed.
  @inline(__always)
  private mutating func advance(_ count: Int, _ what: WeftError.Words) throws(WeftError) -> Int {
    guard count <= remaining else {
      throw WeftError(.truncated, what, offset: offset, expected: Int64(count), found: Int64(remaining))
    }
    defer { position += count }
    return bytes.startIndex + position
  }

  /// UTF-8 text of `count` bytes.
  mutating func text(_ count: Int, _ what: WeftError.Words) throws(WeftError) -> PlainText {
    let at = offset
    let field = try take(count, what)
    #if !hasFeature(Embedded)
      // The most common text needs no closer look.
      if field.allSatisfy({ $0 < 0x80 }) { return String(decoding: field, as: UTF8.self) }
    #endif
    guard let text = PlainText(validating: [UInt8](field), as: UTF8.self) else {
      throw WeftError(.invalidText, what, offset: at)
    }
    return text
  }

  /// Bytes that must be 0 up to the next multiple of 8.
  mutating func padding(_ what: WeftError.Words) throws(WeftError) {
    let at = offset
    for byte in try take(padded(position) - position, what) where byte != 0 {
      throw WeftError(.reservedNotZero, what, offset: at, expected: 0, found: Int64(byte))
    }
  }
}
