/// Bytes that stay at one address for as long as the region lives: an array's copy, or a mapped file.
///
/// Readable from any thread; nobody writes after creation. Whoever uses `bytes` holds the region meanwhile.
@safe
public final class ByteRegion: @unchecked Sendable {
  /// The bytes; `baseAddress` is non-nil when `count` is not 0.
  public let bytes: UnsafeRawBufferPointer
  private let release: @Sendable (UnsafeRawBufferPointer) -> Void

  /// Takes over `bytes`; `release` is called with them once, when the last reference goes.
  public init(
    adopting bytes: UnsafeRawBufferPointer, release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) {
    unsafe self.bytes = bytes
    unsafe self.release = release
  }

  /// Copies an array of bytes, 64-byte aligned.
  public convenience init(copying array: [UInt8]) {
    // Both have `array.count` bytes.
    unsafe self.init(byteCount: array.count) { target in
      unsafe array.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
    }
  }

  /// Allocates `byteCount` bytes, 64-byte aligned, and lets `fill` write every one of them.
  public init(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    // `fill` writes all bytes before anybody reads one; the region alone gives them back.
    unsafe fill(memory)
    unsafe bytes = UnsafeRawBufferPointer(memory)
    unsafe release = { unsafe $0.deallocate() }
  }

  /// A window into this region that keeps the whole alive. `range` must lie inside.
  public func window(_ range: Range<Int>) -> ByteRegion {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // The window holds the whole region, whose bytes it shows.
    return unsafe ByteRegion(adopting: UnsafeRawBufferPointer(rebasing: bytes[range])) { [self] _ in _ = self }
  }

  /// Number of bytes.
  public var count: Int { unsafe bytes.count }

  deinit { unsafe release(bytes) }
}
