/// One table of a FlatBuffer, every access held against the file's bounds.
///
/// A reader of our own, not generated code: only a dozen of the schema's tables and some forty of their fields are
/// read, which is less than the C++ shim over generated code, its verifier and the build dependency would be; and the
/// verifier would walk parts of the file that are never read.
struct FlatTable {
  private let bytes: FileBytes
  private let position: Int
  private let fieldTable: Int
  private let fieldTableByteCount: Int
  private let byteCount: Int

  /// The root table of a FlatBuffer.
  init(root bytes: FileBytes) throws(TensorFileError) {
    let offset = try FlatTable.load(UInt32.self, bytes, at: 0)
    try self.init(bytes, at: Int(offset))
  }

  init(_ bytes: FileBytes, at position: Int) throws(TensorFileError) {
    let back = Int(try FlatTable.load(Int32.self, bytes, at: position))
    let fieldTable = position - back
    let fieldTableByteCount = Int(try FlatTable.load(UInt16.self, bytes, at: fieldTable))
    let byteCount = Int(try FlatTable.load(UInt16.self, bytes, at: fieldTable + 2))
    guard fieldTableByteCount >= 4, fieldTableByteCount % 2 == 0, fieldTable + fieldTableByteCount <= bytes.count,
      byteCount >= 4, position + byteCount <= bytes.count
    else { throw TensorFileError(.malformed, "a table's sizes leave the file", at: position) }
    self.bytes = bytes
    self.position = position
    self.fieldTable = fieldTable
    self.fieldTableByteCount = fieldTableByteCount
    self.byteCount = byteCount
  }

  /// A number, `absent` where the field is left out.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(_ field: Int, absent: Number) throws(TensorFileError)
    -> Number
  {
    guard let place = try place(of: field, byteCount: MemoryLayout<Number>.size) else { return absent }
    return try FlatTable.load(Number.self, bytes, at: place)
  }

  /// A single-precision number, 0 where the field is left out.
  func float(_ field: Int) throws(TensorFileError) -> Float { Float(bitPattern: try number(field, absent: UInt32(0))) }

  /// A table, nil where the field is left out.
  func table(_ field: Int) throws(TensorFileError) -> FlatTable? {
    guard let place = try target(of: field) else { return nil }
    return try FlatTable(bytes, at: place)
  }

  /// A vector of elements of `elementByteCount` bytes; empty where the field is left out.
  func vector(_ field: Int, elementByteCount: Int) throws(TensorFileError) -> FlatVector {
    guard let place = try target(of: field) else { return FlatVector(bytes: bytes, start: 0, count: 0) }
    let count = Int(try FlatTable.load(UInt32.self, bytes, at: place))
    guard count <= (bytes.count - place - 4) / elementByteCount else {
      throw TensorFileError(.truncated, "a vector of \(count) elements leaves the file", at: place)
    }
    return FlatVector(bytes: bytes, start: place + 4, count: count)
  }

  /// A text, empty where the field is left out. Throws `malformed` for invalid UTF-8, `tooLarge` above 64 KiB.
  func string(_ field: Int) throws(TensorFileError) -> String {
    let vector = try vector(field, elementByteCount: 1)
    guard vector.count <= 1 << 16 else { throw TensorFileError(.tooLarge, "a text above 64 KiB", at: vector.start) }
    guard let text = bytes.text(vector.start..<vector.start + vector.count) else {
      throw TensorFileError(.malformed, "text is not UTF-8", at: vector.start)
    }
    return text
  }

  /// Where the table lies, for errors.
  var offset: Int { position }

  private func place(of field: Int, byteCount: Int) throws(TensorFileError) -> Int? {
    let entry = 4 + 2 * field
    guard entry + 2 <= fieldTableByteCount else { return nil }
    let offset = Int(try FlatTable.load(UInt16.self, bytes, at: fieldTable + entry))
    guard offset > 0 else { return nil }
    guard offset >= 4, offset + byteCount <= self.byteCount else {
      throw TensorFileError(.malformed, "field \(field) leaves its table", at: position)
    }
    return position + offset
  }

  private func target(of field: Int) throws(TensorFileError) -> Int? {
    guard let place = try place(of: field, byteCount: 4) else { return nil }
    return place + Int(try FlatTable.load(UInt32.self, bytes, at: place))
  }

  static func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type, _ bytes: FileBytes, at position: Int
  ) throws(TensorFileError) -> Number {
    guard position >= 0, position <= bytes.count - MemoryLayout<Number>.size else {
      throw TensorFileError(.truncated, "an offset leaves the file of \(bytes.count) bytes", at: position)
    }
    return bytes.number(Number.self, at: position)
  }
}
