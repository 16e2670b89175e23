import CZstd

/// libzstd at one level, as `zstd -LEVEL --no-check` compresses a file: the general-purpose codec that Weft is
/// compared with.
public struct ZstdCodec: Sendable {
  public let level: Int

  /// Levels that libzstd has.
  public static var levels: ClosedRange<Int> { Int(ZSTD_minCLevel())...Int(ZSTD_maxCLevel()) }

  /// A codec of a level in `levels`.
  public init(level: Int) {
    precondition(ZstdCodec.levels.contains(level))
    self.level = level
  }

  /// The most bytes that `byteCount` bytes compress to.
  public static func bound(_ byteCount: Int) -> Int { ZSTD_compressBound(byteCount) }

  /// Compresses; returns the bytes written, nil when `target` is too small.
  public func compress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int? {
    let result = ZSTD_compress(target.baseAddress, target.count, source.baseAddress, source.count, Int32(level))
    return ZSTD_isError(result) == 0 ? result : nil
  }

  /// Bytes that `source` compresses to.
  public func compressedByteCount(_ source: UnsafeRawBufferPointer) -> Int {
    let bound = ZstdCodec.bound(source.count)
    return withUnsafeTemporaryAllocation(byteCount: bound, alignment: 16) { target in
      guard let count = compress(source, into: target) else { preconditionFailure("room for the bound") }
      return count
    }
  }

  /// Decompresses; returns the bytes written, nil when the source is damaged or `target` too small.
  public func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int? {
    let result = ZSTD_decompress(target.baseAddress, target.count, source.baseAddress, source.count)
    return ZSTD_isError(result) == 0 ? result : nil
  }
}
