import Synchronization
import Weft

/// A source in memory that counts what is read of it.
final class CountingSource: ByteSource {
  private let bytes: [UInt8]
  private let count = Atomic(0)

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var byteCount: UInt64 { UInt64(bytes.count) }

  /// Bytes read so far.
  var bytesRead: Int { count.load(ordering: .relaxed) }

  func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) throws(WeftError) {
    count.add(target.count, ordering: .relaxed)
    bytes.withUnsafeBytes {
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)..<Int(offset) + target.count]))
    }
  }
}
