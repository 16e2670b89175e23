import Networks

/// One ValueInfoProto of a tensor: name, type, shape.
struct OnnxValueInfo {
  private(set) var name = ""
  private(set) var typeNumber = 0
  /// Nil when the rank is not said; an extent left open is 1, as one inference has one.
  private(set) var shape: [Int]?

  init(_ file: FileBytes, _ range: Range<Int>) throws(TensorFileError) {
    var reader = WireReader(file, range)
    while let (field, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      if field == 1 { name = try OnnxMessage.text(file, range) }
      if field == 2 { try readType(file, range) }
    }
  }

  private mutating func readType(_ file: FileBytes, _ range: Range<Int>) throws(TensorFileError) {
    var reader = WireReader(file, range)
    while let (field, value) = try reader.next() {
      guard field == 1, case .bytes(let range) = value else { continue }
      var tensor = WireReader(file, range)
      while let (field, value) = try tensor.next() {
        if field == 1, case .varint(let number) = value { typeNumber = Int(truncatingIfNeeded: number) }
        if field == 2, case .bytes(let range) = value { shape = try Self.shape(file, range) }
      }
    }
  }

  private static func shape(_ file: FileBytes, _ range: Range<Int>) throws(TensorFileError) -> [Int] {
    var shape: [Int] = []
    var reader = WireReader(file, range)
    while let (field, value) = try reader.next() {
      guard field == 1, case .bytes(let range) = value, shape.count < NpyHeader.maximumRank else { continue }
      var extent = 1
      var dimension = WireReader(file, range)
      while let (field, value) = try dimension.next() {
        guard field == 1, case .varint(let number) = value else { continue }
        guard let size = Int(exactly: Int64(bitPattern: number)), size >= -1 else {
          throw TensorFileError(.inconsistent, "an extent of \(Int64(bitPattern: number))", at: range.lowerBound)
        }
        extent = size == -1 ? 1 : size
      }
      shape.append(extent)
    }
    return shape
  }
}
