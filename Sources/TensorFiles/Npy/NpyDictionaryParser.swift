import Networks

/// Reads the Python dictionary literal of a `.npy` header: the three keys in any order, either quote, any
/// spacing, nothing else.
struct NpyDictionaryParser {
  private let text: [UInt8]
  private let offset: Int
  private var position = 0

  /// `offset` is where `text` lies in the file, for errors.
  init(text: [UInt8], offset: Int) {
    self.text = text
    self.offset = offset
  }

  mutating func header() throws(TensorFileError) -> NpyHeader {
    var descriptor: String?
    var isColumnMajor: Bool?
    var shape: [Int]?
    try expect("{")
    while try !accept("}") {
      let keyPosition = position
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where descriptor == nil: descriptor = try string()
      case "fortran_order" where isColumnMajor == nil: isColumnMajor = try boolean()
      case "shape" where shape == nil: shape = try tuple()
      default:
        throw error(.malformed, "unexpected or repeated key '\(key)'", at: keyPosition)
      }
      if try !accept(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == text.count else { throw error(.malformed, "text after the header's dictionary", at: position) }
    guard let descriptor, let isColumnMajor, let shape else {
      throw error(.malformed, "descr, fortran_order and shape are needed", at: 0)
    }
    let (type, isBigEndian) = try element(descriptor)
    return NpyHeader(type: type, isBigEndian: isBigEndian, isColumnMajor: isColumnMajor, shape: shape)
  }

  private func element(_ descriptor: String) throws(TensorFileError) -> (ArrayType, Bool) {
    let isBigEndian = descriptor.utf8.first == UInt8(ascii: ">")
    let hasOrder = descriptor.utf8.first.map { "<>|=".utf8.contains($0) } ?? false
    let type: ArrayType? =
      switch hasOrder ? String(descriptor.dropFirst()) : descriptor {
      case "b1", "?": .bool
      case "i1", "b": .int8
      case "u1", "B": .uint8
      case "i2", "h": .int16
      case "u2", "H": .uint16
      case "i4": .int32
      case "u4": .uint32
      case "i8": .int64
      case "u8": .uint64
      case "f2", "e": .float16
      case "f4", "f": .float32
      case "f8", "d": .float64
      case "c8": .complex64
      case "c16": .complex128
      default: nil
      }
    guard let type else { throw error(.unsupported, "dtype '\(descriptor)'", at: 0) }
    return (type, isBigEndian)
  }

  private mutating func tuple() throws(TensorFileError) -> [Int] {
    var extents: [Int] = []
    try expect("(")
    while try !accept(")") {
      guard extents.count < NpyHeader.maximumRank else {
        throw error(.tooLarge, "more than \(NpyHeader.maximumRank) axes", at: position)
      }
      extents.append(try extent())
      if try !accept(",") {
        guard extents.count > 1 else { throw error(.malformed, "shape is not a tuple", at: position) }
        try expect(")")
        break
      }
    }
    return extents
  }

  private mutating func extent() throws(TensorFileError) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      if overflow || carry { throw error(.tooLarge, "extent of shape", at: start) }
      value = sum
      position += 1
    }
    guard position > start else { throw error(.malformed, "shape needs numbers that are not negative", at: start) }
    // Python 2 wrote long integers with this suffix.
    if current == UInt8(ascii: "L") { position += 1 }
    return value
  }

  private mutating func boolean() throws(TensorFileError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw error(.malformed, "True or False expected", at: position)
  }

  private mutating func string() throws(TensorFileError) -> String {
    skipSpace()
    guard let quote = current, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw error(.malformed, "quoted text expected", at: position)
    }
    let start = position + 1
    position = start
    while let byte = current, byte != quote {
      guard byte >= 32, byte < 127, byte != UInt8(ascii: "\\") else {
        throw error(.unsupported, "character \(byte) in quoted text", at: position)
      }
      position += 1
    }
    guard current == quote else { throw error(.malformed, "quote is not closed", at: start) }
    defer { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private var current: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 32 || (9...13).contains(byte) { position += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) throws(TensorFileError) -> Bool {
    skipSpace()
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(TensorFileError) {
    if try !accept(character) { throw error(.malformed, "'\(character)' expected", at: position) }
  }

  private func error(_ rule: TensorFileError.Rule, _ detail: String, at position: Int) -> TensorFileError {
    TensorFileError(rule, detail, at: offset + position)
  }
}
