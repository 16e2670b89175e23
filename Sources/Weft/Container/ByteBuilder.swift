/// Appends little-endian fields: the writing side of `ByteReader`.
struct ByteBuilder {
  private(set) var bytes: [UInt8] = []

  init() {}

  /// Room for `byteCount` bytes without another allocation.
  init(byteCount: Int) { bytes.reserveCapacity(byteCount) }

  mutating func append<T: FixedWidthInteger>(_ value: T) {
    // The bytes of the value on the stack, copied before it goes.
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func append(_ text: PlainText) { bytes.append(contentsOf: text.utf8) }

  mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    // The caller's bytes, copied during the call.
    unsafe bytes.append(contentsOf: more)
  }

  /// Appends fields of eight bytes at once, which are little-endian already.
  mutating func append(littleEndian words: [UInt64]) {
    // Copied while the array is held.
    unsafe words.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func pad() { bytes.append(contentsOf: repeatElement(0, count: padded(bytes.count) - bytes.count)) }

  /// Writes over a field.
  mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    precondition(offset >= 0 && offset + MemoryLayout<T>.size <= bytes.count)
    unsafe bytes.withUnsafeMutableBytes {
      unsafe $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }
  }

  /// Makes a record of what lies behind the first 16 bytes: pads it and fills these in, checksum included.
  mutating func seal(_ tag: RecordHeader.Tag, kernel: some CodecKernel) {
    let body = bytes.count - RecordHeader.byteCount
    pad()
    // The record has its header, body and padding.
    unsafe bytes.withUnsafeMutableBytes {
      unsafe RecordHeader.seal($0, tag: tag, bodyByteCount: body, kernel: kernel)
    }
  }
}
