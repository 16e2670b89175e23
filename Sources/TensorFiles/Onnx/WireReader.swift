/// Reads the fields of one protobuf message, one behind the other, inside fixed bounds.
struct WireReader {
  /// What a field holds.
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// Text, bytes, a message, or packed numbers: where they lie in the file.
    case bytes(Range<Int>)
  }

  private let file: FileBytes
  private var position: Int
  private let end: Int

  init(_ file: FileBytes, _ range: Range<Int>) {
    self.file = file
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field and its number; nil at the end. Throws `truncated` or `malformed` with the byte.
  mutating func next() throws(TensorFileError) -> (field: Int, value: Value)? {
    guard position < end else { return nil }
    let start = position
    let tag = try varint()
    guard let field = Int(exactly: tag >> 3), field >= 1, field < 1 << 29 else {
      throw TensorFileError(.malformed, "no protobuf field", at: start)
    }
    switch tag & 7 {
    case 0: return (field, .varint(try varint()))
    case 1: return (field, .fixed64(try fixed(UInt64.self)))
    case 5: return (field, .fixed32(try fixed(UInt32.self)))
    case 2:
      let count = try varint()
      guard count <= UInt64(end - position) else {
        throw TensorFileError(.truncated, "\(count) bytes expected, \(end - position) found", at: position)
      }
      defer { position += Int(count) }
      return (field, .bytes(position..<position + Int(count)))
    default: throw TensorFileError(.malformed, "protobuf wire type \(tag & 7)", at: start)
    }
  }

  /// The next number of a packed list; nil at the end.
  mutating func nextVarint() throws(TensorFileError) -> UInt64? { position < end ? try varint() : nil }

  /// The next number of a packed list of fixed size; nil at the end.
  mutating func nextFixed<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) throws(TensorFileError)
    -> Number?
  {
    position < end ? try fixed(Number.self) : nil
  }

  private mutating func varint() throws(TensorFileError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    let start = position
    while position < end {
      let byte = file[position]
      position += 1
      guard shift < 63 || byte <= 1 else { throw TensorFileError(.malformed, "a number above 64 bits", at: start) }
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    throw TensorFileError(.truncated, "a number is cut off", at: start)
  }

  private mutating func fixed<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) throws(TensorFileError)
    -> Number
  {
    let count = MemoryLayout<Number>.size
    guard end - position >= count else { throw TensorFileError(.truncated, "a number is cut off", at: position) }
    defer { position += count }
    return file.number(Number.self, at: position)
  }
}
