import LPDDR4

/// Reads one line of a trace, without its line end.
struct TraceLine {
  /// Bytes of the channel: addresses lie below.
  let byteCount: Int
  let burstBytes: Int

  /// What is wrong with a line, whose number the caller knows.
  typealias Problem = TraceProblem

  /// The request, or nil for a line of white space.
  @inline(__always)
  func parse(_ line: UnsafeRawBufferPointer) throws(Problem) -> TraceRequest? {
    var rest = line
    let address = TraceLine.word(&rest)
    guard address.count > 0 else { return nil }
    let kind = TraceLine.word(&rest)
    let cycle = TraceLine.word(&rest)
    guard cycle.count > 0, TraceLine.word(&rest).count == 0 else {
      throw Problem(what: "not three fields", expected: "ADDRESS READ|WRITE CYCLE", found: TraceLine.text(line))
    }
    return TraceRequest(
      address: try parseAddress(address), isWrite: try parseKind(kind), cycle: try parseCycle(cycle))
  }

  @inline(__always)
  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  /// The next word of `rest`, which then begins behind it.
  @inline(__always)
  private static func word(_ rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var start = 0
    while start < rest.count, isSpace(rest[start]) { start += 1 }
    var end = start
    while end < rest.count, !isSpace(rest[end]) { end += 1 }
    let word = UnsafeRawBufferPointer(rebasing: rest[start..<end])
    rest = UnsafeRawBufferPointer(rebasing: rest[end...])
    return word
  }

  /// Bytes as they may stand in an error: printable, short.
  static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    var text = "'"
    for byte in bytes.prefix(40) {
      text += byte >= 0x20 && byte < 0x7F ? String(UnicodeScalar(byte)) : "?"
    }
    return text + (bytes.count > 40 ? "...'" : "'")
  }

  private func parseAddress(_ word: UnsafeRawBufferPointer) throws(Problem) -> Int {
    let hasPrefix = word.count > 2 && word[0] == UInt8(ascii: "0") && word[1] | 0x20 == UInt8(ascii: "x")
    var value = 0
    for byte in word.dropFirst(hasPrefix ? 2 : 0) {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw Problem(what: "no address", expected: "hexadecimal digits", found: TraceLine.text(word))
      }
      // Saturates: whatever is this long lies outside.
      value = value >= 1 << 58 ? 1 << 58 : value << 4 | Int(digit)
    }
    guard value < byteCount else {
      throw Problem(
        what: "address is outside the channel", expected: "below 0x\(String(byteCount, radix: 16))",
        found: TraceLine.text(word))
    }
    guard value % burstBytes == 0 else {
      throw Problem(
        what: "address is not aligned", expected: "a multiple of \(burstBytes)", found: TraceLine.text(word))
    }
    return value
  }

  @inline(__always)
  private func parseKind(_ word: UnsafeRawBufferPointer) throws(Problem) -> Bool {
    if word.elementsEqual("READ".utf8) { return false }
    if word.elementsEqual("WRITE".utf8) { return true }
    throw Problem(what: "unknown operation", expected: "READ or WRITE", found: TraceLine.text(word))
  }

  private func parseCycle(_ word: UnsafeRawBufferPointer) throws(Problem) -> Int {
    var value = 0
    for byte in word {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
        throw Problem(what: "no cycle", expected: "decimal digits", found: TraceLine.text(word))
      }
      // Saturates just above the limit.
      value =
        value > Channel.clockLimit / 10 ? Channel.clockLimit + 1 : value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    guard value <= Channel.clockLimit else {
      throw Problem(
        what: "cycle is too large", expected: "at most \(Channel.clockLimit)", found: TraceLine.text(word))
    }
    return value
  }
}
