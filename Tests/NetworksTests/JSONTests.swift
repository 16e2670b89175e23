import Networks
import Testing

private func parse(_ text: String, _ limits: JSONLimits = JSONLimits()) throws(NetworkError) -> JSONValue {
  try JSONParser.parse(Array(text.utf8), limits: limits)
}

@Test func `a JSON text is read with its order, its escapes and its kinds of numbers`() throws {
  let value = try parse(#" {"b": [1, -2.5, 1e3, true, null, "\u00e9\ud83d\ude00\n\/"], "a": {}, "c": []} "#)
  #expect(
    value
      == .object([
        JSONMember("b", .array([.integer(1), .number(-2.5), .number(1000), .boolean(true), .null, .string("é😀\n/")])),
        JSONMember("a", .object([])), JSONMember("c", .array([])),
      ]))
  #expect(try parse("9223372036854775807") == .integer(.max))
  #expect(try parse("9223372036854775808") == .number(9223372036854775808))
}

@Test func `what is written reads back the same, and is written the same again`() throws {
  let value: JSONValue = .object([
    JSONMember("text", .string("a\"\\\u{1}\t\u{7f}é")),
    JSONMember("n", .array([.number(0.1), .number(8.9e-05), .integer(0)])),
    JSONMember("nested", .array([.object([]), .array([.boolean(false)]), .null])),
  ])
  let text = JSONWriter.write(value)
  #expect(try JSONParser.parse(text) == value)
  #expect(JSONWriter.write(try JSONParser.parse(text)) == text)
}

@Test(arguments: [
  "", " ", "{", "[", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "tru", "nul", "01", "-", "1.",
  "1e",
  ".5", "+1", "NaN", "1e999", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", "1 2",
  "{a:1}",
])
func `text that is not JSON is one error`(_ text: String) {
  let error = #expect(throws: NetworkError.self) { try parse(text) }
  #expect(error?.rule == .malformed)
  #expect(error?.place.hasPrefix("byte ") == true)
}

@Test func `invalid UTF-8 is refused`() {
  #expect(throws: NetworkError.self) { try JSONParser.parse([34, 0xff, 34]) }
}

@Test func `depth, size and number of values are bounded`() {
  let limits = JSONLimits(byteCount: 1000, depth: 8, valueCount: 20)
  for text in [
    String(repeating: "[", count: 500), "[" + String(repeating: "1,", count: 30) + "1]",
    String(repeating: " ", count: 1001),
  ] {
    let error = #expect(throws: NetworkError.self) { try parse(text, limits) }
    #expect(error?.rule == .tooLarge)
  }
  #expect(throws: NetworkError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
}
