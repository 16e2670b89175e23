/// Takes the bytes of a container, first to last.
public protocol ByteSink {
  /// Takes all of `bytes`; throws `writeFailed` when it cannot.
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(WeftError)

  /// Memory in which the next bytes can be laid down without being copied, as many as `commit` says afterwards; nil
  /// where there is none. Cost: constant.
  mutating func reserve() -> UnsafeMutableRawBufferPointer?

  /// Takes the first `byteCount` bytes of what `reserve` gave.
  mutating func commit(_ byteCount: Int)
}

extension ByteSink {
  public mutating func reserve() -> UnsafeMutableRawBufferPointer? { nil }
  public mutating func commit(_ byteCount: Int) {}
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
