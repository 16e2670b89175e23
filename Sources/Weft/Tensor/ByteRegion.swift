/// Bytes that stay at one address for as long as the region lives: an array's copy, or a mapped file.
///
/// Readable from any thread; nobody writes after creation. Whoever uses `bytes` holds the region meanwhile.
@safe
public final class ByteRegion: @unchecked Sendable {
  /// The bytes; `baseAddress` is non-nil when `count` is not 0.
  public let bytes: UnsafeRawBufferPointer
  private let release: @Sendable (UnsafeRawBufferPointer) -> Void
  private let relief: (@Sendable (UnsafeRawBufferPointer) -> Void)?

  /// Takes over `bytes`; `release` is called with them once, when the last reference goes, and `relief` as often as
  /// `relieve` is called, if there is any.
  public init(
    adopting bytes: UnsafeRawBufferPointer, relief: (@Sendable (UnsafeRawBufferPointer) -> Void)? = nil,
    release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) {
    unsafe self.bytes = bytes
    unsafe self.relief = relief
    unsafe self.release = release
  }

  /// Bytes that a pass may go over before memory is given back.
  public static let passByteCount = 32 << 20

  /// A region of no more bytes than this keeps its memory from one pass to the next.
  public static let keptByteCount = 64 << 20

  /// Gives back what memory the bytes took by being read, where they can be had again: pages of a mapped file. The
  /// bytes stay as they are and may be read meanwhile. Cost: a system call for a mapped file, else none.
  public func relieve() { unsafe relief?(bytes) }

  /// The same for a region that will be read again, unless it is so small that its memory may stay: taking a mapped
  /// page again can cost more than reading it.
  public func relieveBetweenPasses() {
    if count > ByteRegion.keptByteCount { relieve() }
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
    unsafe relief = nil
    unsafe release = { unsafe $0.deallocate() }
  }

  /// A window into this region that keeps the whole alive. `range` must lie inside.
  public func window(_ range: Range<Int>) -> ByteRegion {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // The window holds the whole region, whose bytes it shows.
    return unsafe ByteRegion(adopting: UnsafeRawBufferPointer(rebasing: bytes[range]), relief: relief) { [self] _ in
      _ = self
    }
  }

  /// Number of bytes.
  public var count: Int { unsafe bytes.count }

  deinit { unsafe release(bytes) }
}
