import CWeft
import Weft

/// The bytes of a container: memory of the caller's, or a file.
final class ContainerSource: ByteSource, Sendable {
  private let memory: SharedMemory?
  private let descriptor: Int64
  let byteCount: UInt64

  /// Memory that its owner neither changes nor frees while the container is open.
  private struct SharedMemory: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
  }

  init(_ bytes: UnsafeRawBufferPointer) {
    memory = SharedMemory(bytes: bytes)
    descriptor = -1
    byteCount = UInt64(bytes.count)
  }

  private init(descriptor: Int64, byteCount: UInt64) {
    memory = nil
    self.descriptor = descriptor
    self.byteCount = byteCount
  }

  /// Opens a regular file. Throws `readFailed`.
  static func file(_ path: UnsafePointer<CChar>) throws(WeftError) -> ContainerSource {
    var count: Int64 = 0
    let file = weft_file_open(path, &count)
    guard file > 0 else {
      throw file == 0
        ? WeftError(.readFailed, "not a regular file")
        : WeftError(.readFailed, "cannot open the file, errno", found: -file)
    }
    return ContainerSource(descriptor: file, byteCount: UInt64(count))
  }

  deinit { if memory == nil { weft_file_close(descriptor) } }

  func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) throws(WeftError) {
    guard let start = target.baseAddress else { return }
    if let memory {
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory.bytes[Int(offset)...].prefix(target.count)))
      return
    }
    var done = 0
    while done < target.count {
      let at = offset + UInt64(done)
      let count = weft_file_read(descriptor, start + done, target.count - done, Int64(at))
      guard count > 0 else {
        throw count == 0
          ? WeftError(.readFailed, "the file became shorter", offset: at)
          : WeftError(.readFailed, "the file, errno", offset: at, found: -count)
      }
      done += Int(count)
    }
  }

  func withBytes<Result>(
    in range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) throws(WeftError) -> Result
  ) throws(WeftError) -> Result {
    // Memory is read where it lies.
    if let memory {
      return try body(UnsafeRawBufferPointer(rebasing: memory.bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
    }
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 16)
    defer { copy.deallocate() }
    try read(at: range.lowerBound, into: copy)
    return try body(UnsafeRawBufferPointer(copy))
  }
}
