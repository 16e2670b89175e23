/// Reads little-endian numbers one behind the other, each held against the end of the bytes.
struct ByteReader {
  private let bytes: FileBytes
  /// The next byte that is read.
  private(set) var position: Int

  init(_ bytes: FileBytes, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// The next number. Throws `truncated`.
  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) throws(TensorFileError) -> Number {
    let count = MemoryLayout<Number>.size
    guard position >= 0, position <= bytes.count - count else {
      throw TensorFileError(.truncated, "\(count) bytes expected, the file has \(bytes.count)", at: position)
    }
    defer { position += count }
    return bytes.number(Number.self, at: position)
  }

  /// The next 64-bit size. Throws `truncated`, or `tooLarge` beyond `Int`.
  mutating func size() throws(TensorFileError) -> Int {
    let value = try number(UInt64.self)
    guard let size = Int(exactly: value) else { throw TensorFileError(.tooLarge, "\(value)", at: position - 8) }
    return size
  }

  /// The next `count` bytes. Throws `truncated`.
  mutating func take(_ count: Int) throws(TensorFileError) -> FileBytes {
    guard count >= 0, position >= 0, position <= bytes.count, count <= bytes.count - position else {
      throw TensorFileError(.truncated, "\(count) bytes expected, the file has \(bytes.count)", at: position)
    }
    defer { position += count }
    return FileBytes(bytes, position..<position + count)
  }

  /// Leaves bytes out. Throws `truncated`.
  mutating func skip(_ count: Int) throws(TensorFileError) { _ = try take(count) }
}
