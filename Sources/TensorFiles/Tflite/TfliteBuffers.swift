/// The table of constants of a `.tflite` file.
struct TfliteBuffers {
  private let vector: FlatVector
  private let fileByteCount: Int

  init(_ model: FlatTable, fileByteCount: Int) throws(TensorFileError) {
    vector = try model.vector(4, elementByteCount: 4)
    self.fileByteCount = fileByteCount
  }

  /// Where the bytes of a buffer lie in the file; nil for an empty one, which means an activation.
  func range(_ number: UInt32) throws(TensorFileError) -> Range<Int>? {
    guard number > 0 else { return nil }
    guard Int(number) < vector.count else {
      throw TensorFileError(.inconsistent, "buffer \(number) of \(vector.count)")
    }
    let buffer = try vector.table(Int(number))
    let data = try buffer.vector(0, elementByteCount: 1)
    if data.count > 0 { return data.start..<data.start + data.count }
    // Files above 2 GB keep buffers behind the FlatBuffer; 0 and 1 mean that this one does not.
    let offset = try buffer.number(1, absent: UInt64(0))
    let size = try buffer.number(2, absent: UInt64(0))
    guard offset > 1, size > 0 else { return nil }
    guard let start = Int(exactly: offset), let count = Int(exactly: size), start <= fileByteCount,
      count <= fileByteCount - start
    else { throw TensorFileError(.truncated, "buffer \(number) leaves the file", at: buffer.offset) }
    return start..<start + count
  }
}
