internal import CWeftKernels

/// A coding as the kernels in C read it, made once for a tensor. A copy made for a call would be read right after it is
/// written, in other pieces: that waits until all that was written before it has reached the cache.
///
/// In bounds: the memory holds one structure until the end; nobody writes to it after `init`.
@safe
final class NativeCoding: @unchecked Sendable {
  private let pointer: UnsafePointer<weft_coding>

  init(_ coding: weft_coding) {
    let memory = UnsafeMutablePointer<weft_coding>.allocate(capacity: 1)
    unsafe memory.initialize(to: coding)
    unsafe pointer = unsafe UnsafePointer(memory)
  }

  /// Calls `body` with the structure, which is there for the call.
  @inline(__always)
  func withPointer<Result>(_ body: (UnsafePointer<weft_coding>) -> Result) -> Result {
    withExtendedLifetime(self) { unsafe body(pointer) }
  }

  deinit { unsafe pointer.deallocate() }
}
