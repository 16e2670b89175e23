/// Appends little-endian fields: the writing side of `ByteReader`.
struct ByteBuilder {
  private(set) var bytes: [UInt8] = []

  mutating func append<T: FixedWidthInteger>(_ value: T) {
    // The bytes of the value on the stack, copied before it goes.
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func append(_ text: PlainText) { bytes.append(contentsOf: text.utf8) }

  mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

  mutating func pad() { bytes.append(contentsOf: repeatElement(0, count: padded(bytes.count) - bytes.count)) }
}
