/// Writes JSON text: one form for one value, members in their order, two spaces a level.
///
/// Arrays of plain values stand on one line. Numbers have the fewest digits that read back exactly.
public struct JSONWriter {
  private var bytes: [UInt8] = []

  /// The text of a value, with a newline at its end. Numbers must be finite.
  public static func write(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value, level: 0)
    writer.put("\n")
    return writer.bytes
  }

  private mutating func value(_ value: JSONValue, level: Int) {
    switch value {
    case .null: put("null")
    case .boolean(let value): put(value ? "true" : "false")
    case .integer(let value): put(String(value))
    case .number(let value):
      precondition(value.isFinite)
      put(String(value))
    case .string(let value): string(value)
    case .array(let elements): array(elements, level: level)
    case .object(let members): object(members, level: level)
    }
  }

  private mutating func array(_ elements: [JSONValue], level: Int) {
    let isFlat = elements.allSatisfy { $0.isPlain }
    put("[")
    for (index, element) in elements.enumerated() {
      if index > 0 { put(isFlat ? ", " : ",") }
      if !isFlat { newLine(level + 1) }
      value(element, level: level + 1)
    }
    if !isFlat { newLine(level) }
    put("]")
  }

  private mutating func object(_ members: [JSONMember], level: Int) {
    put("{")
    for (index, member) in members.enumerated() {
      if index > 0 { put(",") }
      newLine(level + 1)
      string(member.key)
      put(": ")
      value(member.value, level: level + 1)
    }
    if !members.isEmpty { newLine(level) }
    put("}")
  }

  private mutating func string(_ text: String) {
    put("\"")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): put("\\\"")
      case UInt8(ascii: "\\"): put("\\\\")
      case UInt8(ascii: "\n"): put("\\n")
      case UInt8(ascii: "\r"): put("\\r")
      case UInt8(ascii: "\t"): put("\\t")
      case 0..<32: put("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
    put("\"")
  }

  private mutating func newLine(_ level: Int) {
    put("\n")
    for _ in 0..<level { put("  ") }
  }

  private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
}

extension JSONValue {
  fileprivate var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }
}
