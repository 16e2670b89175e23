import Networks

/// One TensorProto: its description, and where its values lie.
struct OnnxTensor {
  private(set) var name = ""
  private(set) var shape: [Int] = []
  private(set) var typeNumber = 0
  /// The whole message, for values in typed fields.
  let message: Range<Int>
  private(set) var rawData: Range<Int>?
  /// Keys and values that say where external data is; empty for data in the file.
  private(set) var external: [String: String] = [:]
  private(set) var isExternal = false

  init(_ file: FileBytes, _ range: Range<Int>, named given: String? = nil) throws(TensorFileError) {
    message = range
    var reader = WireReader(file, range)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, _): try OnnxMessage.append(value, to: &shape, file)
      case (2, .varint(let number)): typeNumber = Int(truncatingIfNeeded: number)
      case (3, _): throw TensorFileError(.unsupported, "a tensor in segments", at: range.lowerBound)
      case (8, .bytes(let range)): name = try OnnxMessage.text(file, range)
      case (9, .bytes(let range)): rawData = range
      case (13, .bytes(let range)):
        let (key, text) = try Self.entry(file, range)
        external[key] = text
      case (14, .varint(let number)): isExternal = number == 1
      default: break
      }
    }
    if let given { name = given }
    guard shape.count <= NpyHeader.maximumRank, shape.allSatisfy({ $0 >= 0 }) else {
      throw TensorFileError(.inconsistent, "\(shape.prefix(40)) is no shape", place: "tensor '\(name)'")
    }
  }

  /// Nil for types that are skipped.
  var type: ArrayType? { OnnxType.arrayTypes[typeNumber] }

  private static func entry(
    _ file: FileBytes, _ range: Range<Int>
  ) throws(TensorFileError) -> (String, String) {
    var (key, text) = ("", "")
    var reader = WireReader(file, range)
    while let (field, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      if field == 1 { key = try OnnxMessage.text(file, range) }
      if field == 2 { text = try OnnxMessage.text(file, range) }
    }
    return (key, text)
  }
}
