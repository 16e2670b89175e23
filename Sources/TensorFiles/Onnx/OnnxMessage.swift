/// Helpers that all parts of an ONNX model are read with.
enum OnnxMessage {
  /// Longest name or text that is read.
  static let maximumTextByteCount = 1 << 16

  /// The text at a range. Throws `malformed` for invalid UTF-8, `tooLarge`.
  static func text(_ file: FileBytes, _ range: Range<Int>) throws(TensorFileError) -> String {
    guard range.count <= maximumTextByteCount else {
      throw TensorFileError(.tooLarge, "a text of \(range.count) bytes", at: range.lowerBound)
    }
    guard let text = file.text(range) else {
      throw TensorFileError(.malformed, "text is not UTF-8", at: range.lowerBound)
    }
    return text
  }

  /// Appends the integers of a repeated field, packed or not. Throws `tooLarge` above 65,536.
  static func append(
    _ value: WireReader.Value, to list: inout [Int], _ file: FileBytes
  ) throws(TensorFileError) {
    switch value {
    case .varint(let number): list.append(Int(Int64(bitPattern: number)))
    case .bytes(let range):
      var reader = WireReader(file, range)
      while let number = try reader.nextVarint() {
        guard list.count < 1 << 16 else { break }
        list.append(Int(Int64(bitPattern: number)))
      }
    default: break
    }
    guard list.count < 1 << 16 else { throw TensorFileError(.tooLarge, "a list of more than 65,536 numbers") }
  }
}
