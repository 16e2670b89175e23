import SystemPackage

/// Text on its way to standard output, a piece at a time, so that a report on a million tensors takes no memory.
struct ReportText: ~Copyable {
  private var memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pieceBytes)
  private var count = 0
  private static let pieceBytes = 1 << 18

  deinit { memory.deallocate() }

  /// Makes room for so many bytes.
  private mutating func reserve(_ more: Int) {
    guard count + more > memory.count else { return }
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(2 * memory.count, count + more))
    _ = larger.update(fromContentsOf: memory[..<count])
    memory.deallocate()
    memory = larger
  }

  mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
    reserve(bytes.count)
    guard let source = bytes.baseAddress else { return }
    (memory.baseAddress! + count).update(from: source, count: bytes.count)
    count += bytes.count
  }

  mutating func put(_ text: StaticString) {
    put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func put(text: String) {
    var text = text
    text.withUTF8 { put($0) }
  }

  mutating func put(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBufferPointer { put($0) } }

  mutating func put(spaces spaceCount: Int) {
    reserve(spaceCount)
    (memory.baseAddress! + count).update(repeating: UInt8(ascii: " "), count: spaceCount)
    count += spaceCount
  }

  mutating func put(_ number: Int) {
    reserve(20)
    if number < 0 { put("-") }
    var (rest, digits) = (number.magnitude, 1)
    while rest >= 10 { (rest, digits) = (rest / 10, digits + 1) }
    rest = number.magnitude
    for place in stride(from: count + digits - 1, through: count, by: -1) {
      memory[place] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
      rest /= 10
    }
    count += digits
  }

  /// A text as JSON writes it, in quotes.
  mutating func put(quoted text: String) {
    var text = text
    text.withUTF8 { bytes in
      // A byte takes at most six.
      reserve(6 * bytes.count + 2)
      put("\"")
      for byte in bytes {
        switch byte {
        case UInt8(ascii: "\""): put("\\\"")
        case UInt8(ascii: "\\"): put("\\\\")
        case 0..<0x20:
          put(byte < 16 ? "\\u000" : "\\u001")
          memory[count] = byte & 15 + (byte & 15 < 10 ? 0x30 : 0x57)
          count += 1
        default:
          memory[count] = byte
          count += 1
        }
      }
      put("\"")
    }
  }

  /// Hands on what there is when it is much. Throws when nobody takes it.
  mutating func pass() throws {
    if count >= ReportText.pieceBytes / 2 { try flush() }
  }

  /// Hands on all there is.
  mutating func flush() throws {
    try Console.output(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: memory[..<count])))
    count = 0
  }
}

extension [UInt8] {
  /// Appends a number in decimal digits.
  mutating func append(decimal number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(digits: number.magnitude)
  }

  private mutating func append(digits number: UInt64) {
    if number >= 10 { append(digits: number / 10) }
    append(UInt8(truncatingIfNeeded: number % 10) + 0x30)
  }
}
