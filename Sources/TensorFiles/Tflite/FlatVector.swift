/// One vector of a FlatBuffer; it lies inside the file.
struct FlatVector {
  let bytes: FileBytes
  let start: Int
  let count: Int

  /// Most elements of a vector that is read into an array: vectors may lie over each other, so sizes in the file do
  /// not bound what they add up to.
  static let maximumListCount = 1 << 16

  /// The elements as numbers; the vector was made for elements of this size. Throws `tooLarge`.
  func numbers<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) throws(TensorFileError) -> [Number] {
    guard count <= Self.maximumListCount else {
      throw TensorFileError(.tooLarge, "a list of \(count) numbers", at: start)
    }
    var result: [Number] = []
    for index in 0..<count {
      result.append(try FlatTable.load(Number.self, bytes, at: start + index * MemoryLayout<Number>.size))
    }
    return result
  }

  /// The elements as single-precision numbers.
  func floats() throws(TensorFileError) -> [Float] { try numbers(UInt32.self).map { Float(bitPattern: $0) } }

  /// The table an element points to; the vector was made for elements of 4 bytes.
  func table(_ index: Int) throws(TensorFileError) -> FlatTable {
    let place = start + 4 * index
    return try FlatTable(bytes, at: place + Int(try FlatTable.load(UInt32.self, bytes, at: place)))
  }
}
