/// Takes the bytes of a container, first to last.
public protocol ByteSink {
  /// Takes all of `bytes`; throws `writeFailed` when it cannot.
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(WeftError)
}

/// Collects a container in memory.
public struct ArraySink: ByteSink {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(WeftError) {
    // The caller's bytes, copied during the call.
    unsafe self.bytes.append(contentsOf: bytes)
  }
}
