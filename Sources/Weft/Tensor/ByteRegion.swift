/// Bytes that stay at one address for as long as the region lives: an array's copy, or a mapped file.
///
/// Readable from any thread; nobody writes after creation.
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
    self.bytes = bytes
    self.relief = relief
    self.release = release
  }

  /// Bytes that a pass may go over between two calls of `relieve`.
  public static let passByteCount = 32 << 20

  /// Gives back what memory the bytes took by being read, where they can be had again: pages of a mapped file. The
  /// bytes stay as they are and may be read meanwhile. Cost: a system call for a mapped file, else none.
  public func relieve() { relief?(bytes) }

  /// Copies an array of bytes, 64-byte aligned.
  public convenience init(copying array: [UInt8]) {
    self.init(byteCount: array.count) { target in array.withUnsafeBytes { target.copyMemory(from: $0) } }
  }

  /// Allocates `byteCount` bytes, 64-byte aligned, and lets `fill` write every one of them.
  public init(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    fill(memory)
    bytes = UnsafeRawBufferPointer(memory)
    relief = nil
    release = { $0.deallocate() }
  }

  /// A window into this region that keeps the whole alive. `range` must lie inside.
  public func window(_ range: Range<Int>) -> ByteRegion {
    ByteRegion(adopting: UnsafeRawBufferPointer(rebasing: bytes[range]), relief: relief) { [self] _ in _ = self }
  }

  /// Number of bytes.
  public var count: Int { bytes.count }

  deinit { release(bytes) }
}
