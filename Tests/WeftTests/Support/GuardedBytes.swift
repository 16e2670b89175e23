import Glibc

/// Bytes that end right before a page nobody may touch, or begin right after one: a kernel that reads or writes past
/// them stops the tests.
final class GuardedBytes {
  private let pages: UnsafeMutableRawPointer
  private let pageByteCount: Int
  /// The bytes.
  let bytes: UnsafeMutableRawBufferPointer

  init(_ count: Int, atStart: Bool = false) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let data = max(1, (count + page - 1) / page) * page
    pageByteCount = data + 2 * page
    pages = mmap(nil, pageByteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    precondition(pages != MAP_FAILED)
    mprotect(pages, page, PROT_NONE)
    mprotect(pages + page + data, page, PROT_NONE)
    bytes = UnsafeMutableRawBufferPointer(start: pages + page + (atStart ? 0 : data - count), count: count)
    for index in 0..<count { bytes[index] = 0xA5 }
  }

  convenience init(_ array: [UInt8], atStart: Bool = false) {
    self.init(array.count, atStart: atStart)
    bytes.copyBytes(from: array)
  }

  deinit { munmap(pages, pageByteCount) }

  var array: [UInt8] { [UInt8](bytes) }
  var pointer: UnsafeMutablePointer<UInt8> { bytes.baseAddress!.assumingMemoryBound(to: UInt8.self) }
}

/// Holds buffers until here: else they may go with their last use, while a kernel still works on their pointers.
func keep(_ buffers: GuardedBytes...) { withExtendedLifetime(buffers) {} }
