import Weft

/// A buffer of the caller's that a container is written to.
struct BufferSink: ByteSink {
  private let memory: UnsafeMutableRawBufferPointer
  private var used = 0

  init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(WeftError) {
    guard bytes.count <= memory.count - used else {
      throw WeftError(.writeFailed, "the buffer", expected: Int64(used + bytes.count), found: Int64(memory.count))
    }
    guard let source = bytes.baseAddress, let target = memory.baseAddress else { return }
    target.advanced(by: used).copyMemory(from: source, byteCount: bytes.count)
    used += bytes.count
  }
}
