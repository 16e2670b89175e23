/// Lays a container down in memory of the caller's, which must outlive the sink: frames are packed in their places.
///
/// In bounds: `write` and `commit` hold what is added against what is left, so `byteCount` never passes the end.
@safe public struct MemorySink: ByteSink {
  public let memory: UnsafeMutableRawBufferPointer
  /// Bytes taken so far.
  public private(set) var byteCount = 0

  public init(_ memory: UnsafeMutableRawBufferPointer) { unsafe self.memory = unsafe memory }

  /// Throws `writeFailed` where the memory ends.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(WeftError) {
    guard unsafe bytes.count <= memory.count - byteCount else {
      throw unsafe WeftError(
        .writeFailed, "memory is full", expected: Int64(byteCount + bytes.count), found: Int64(memory.count))
    }
    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[byteCount...]).copyMemory(from: bytes)
    byteCount += bytes.count
  }

  public mutating func reserve() -> UnsafeMutableRawBufferPointer? {
    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[byteCount...])
  }

  public mutating func commit(_ byteCount: Int) {
    unsafe precondition(byteCount >= 0 && byteCount <= memory.count - self.byteCount)
    self.byteCount += byteCount
  }
}
