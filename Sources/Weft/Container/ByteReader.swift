/// Reads little-endian fields one after the other, never past the end.
///
/// Whoever makes a reader keeps the bytes while it is used. `take` alone moves on, and holds every step against the
/// end.
@safe
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  /// Offset of the first byte in the file, for errors.
  let base: UInt64
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer, at base: UInt64) {
    unsafe self.bytes = bytes
    self.base = base
  }

  /// Offset in the file of the next field.
  var offset: UInt64 { base + UInt64(position) }

  var remaining: Int { unsafe bytes.count - position }

  mutating func integer<T: FixedWidthInteger>(_ what: String, as type: T.Type = T.self) throws(WeftError) -> T {
    let field = try unsafe take(MemoryLayout<T>.size, what)
    return unsafe T(littleEndian: field.loadUnaligned(as: T.self))
  }

  mutating func take(_ count: Int, _ what: String) throws(WeftError) -> UnsafeRawBufferPointer {
    guard count <= remaining else {
      throw WeftError(.truncated, what, offset: offset, expected: Int64(count), found: Int64(remaining))
    }
    defer { position += count }
    return unsafe UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  /// UTF-8 text of `count` bytes.
  mutating func text(_ count: Int, _ what: String) throws(WeftError) -> String {
    let at = offset
    let field = try unsafe take(count, what)
    guard let text = unsafe String(validating: field, as: UTF8.self) else {
      throw WeftError(.invalidText, what, offset: at)
    }
    return text
  }

  /// Bytes that must be 0 up to the next multiple of 8.
  mutating func padding(_ what: String) throws(WeftError) {
    let at = offset
    let field = try unsafe take(padded(position) - position, what)
    guard let byte = unsafe field.first(where: { $0 != 0 }) else { return }
    throw WeftError(.reservedNotZero, what, offset: at, expected: 0, found: Int64(byte))
  }
}
