/// Reads one JSON text (RFC 8259), refusing duplicate keys, invalid UTF-8 and whatever exceeds its limits.
public struct JSONParser {
  private let text: UnsafeRawBufferPointer
  private let limits: JSONLimits
  private var position = 0
  private var valueCount = 0

  private init(text: UnsafeRawBufferPointer, limits: JSONLimits) {
    self.text = text
    self.limits = limits
  }

  /// The value that `text` holds, with nothing but space around it.
  ///
  /// Throws `malformed` or `tooLarge` with the byte offset. Cost: linear in the text.
  public static func parse(
    _ text: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
  ) throws(NetworkError) -> JSONValue {
    guard text.count <= limits.byteCount else {
      throw NetworkError(.tooLarge, "JSON of \(text.count) bytes, at most \(limits.byteCount) are read")
    }
    var parser = JSONParser(text: text, limits: limits)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == text.count else { throw parser.malformed("text after the value") }
    return value
  }

  /// As above, for bytes in an array.
  public static func parse(_ text: [UInt8], limits: JSONLimits = JSONLimits()) throws(NetworkError) -> JSONValue {
    let result: Result<JSONValue, NetworkError> = text.withUnsafeBytes { bytes in
      Result { () throws(NetworkError) in try parse(bytes, limits: limits) }
    }
    return try result.get()
  }

  private mutating func value(depth: Int) throws(NetworkError) -> JSONValue {
    valueCount += 1
    guard valueCount <= limits.valueCount else { throw tooLarge("more than \(limits.valueCount) values") }
    guard depth <= limits.depth else { throw tooLarge("more than \(limits.depth) levels") }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(NetworkError) -> JSONValue {
    position += 1
    var members: [JSONMember] = []
    var keys: Set<String> = []
    skipSpace()
    if accept(UInt8(ascii: "}")) { return .object([]) }
    repeat {
      skipSpace()
      let keyPosition = position
      guard current == UInt8(ascii: "\"") else { throw malformed("quoted key expected") }
      let key = try string()
      guard keys.insert(key).inserted else {
        position = keyPosition
        throw malformed("key '\(key)' is there twice")
      }
      skipSpace()
      guard accept(UInt8(ascii: ":")) else { throw malformed("':' expected") }
      members.append(JSONMember(key, try value(depth: depth + 1)))
      skipSpace()
    } while accept(UInt8(ascii: ","))
    guard accept(UInt8(ascii: "}")) else { throw malformed("',' or '}' expected") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(NetworkError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if accept(UInt8(ascii: "]")) { return .array([]) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while accept(UInt8(ascii: ","))
    guard accept(UInt8(ascii: "]")) else { throw malformed("',' or ']' expected") }
    return .array(elements)
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(NetworkError) -> JSONValue {
    let bytes = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard text[position...].starts(with: bytes) else { throw malformed("value expected") }
    position += bytes.count
    return value
  }

  private mutating func number() throws(NetworkError) -> JSONValue {
    let start = position
    var isInteger = true
    _ = accept(UInt8(ascii: "-"))
    if !accept(UInt8(ascii: "0")) { try digits() }
    if accept(UInt8(ascii: ".")) {
      isInteger = false
      try digits()
    }
    if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
      isInteger = false
      if !accept(UInt8(ascii: "+")) { _ = accept(UInt8(ascii: "-")) }
      try digits()
    }
    let written = String(decoding: text[start..<position], as: UTF8.self)
    if isInteger, let value = Int64(written) { return .integer(value) }
    guard let value = Double(written), value.isFinite else {
      position = start
      throw malformed("number out of range")
    }
    return .number(value)
  }

  private mutating func digits() throws(NetworkError) {
    let start = position
    while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    guard position > start else { throw malformed("value expected") }
  }

  private mutating func string() throws(NetworkError) -> String {
    var reader = JSONStringReader(text: text, position: position)
    guard let string = reader.read() else {
      position = reader.position
      throw malformed("text is not valid or not closed")
    }
    position = reader.position
    return string
  }

  private var current: UInt8? { position < text.count ? text[position] : nil }

  private mutating func accept(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = current, byte == 32 || byte == 9 || byte == 10 || byte == 13 { position += 1 }
  }

  private func malformed(_ detail: String) -> NetworkError {
    NetworkError(.malformed, detail, place: "byte \(position)")
  }

  private func tooLarge(_ detail: String) -> NetworkError {
    NetworkError(.tooLarge, detail, place: "byte \(position)")
  }
}
