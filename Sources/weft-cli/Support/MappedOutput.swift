import Glibc
import SystemPackage

/// An output file as memory, for data that does not come in file order. Its space is taken first, so that a full
/// disk is an error and not a fault.
final class MappedOutput {
  let memory: UnsafeMutableRawBufferPointer

  /// Sets the file's length to `byteCount`, above 0, and maps it.
  init(_ file: FileDescriptor, byteCount: Int) throws(Errno) {
    let failure = posix_fallocate(file.rawValue, 0, byteCount)
    guard failure == 0 else { throw Errno(rawValue: failure) }
    guard
      let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file.rawValue, 0),
      address != MAP_FAILED
    else { throw Errno(rawValue: errno) }
    memory = UnsafeMutableRawBufferPointer(start: address, count: byteCount)
  }

  /// Gives back the memory of pages that were written; the file has them.
  func relieve() { _ = madvise(memory.baseAddress, memory.count, MADV_DONTNEED) }

  deinit { munmap(memory.baseAddress, memory.count) }
}
