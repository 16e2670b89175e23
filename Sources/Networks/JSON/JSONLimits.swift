/// What a JSON text may have at most; the defaults bound memory to about 100 bytes a value.
public struct JSONLimits: Hashable, Sendable {
  /// Bytes of text.
  public var byteCount: Int
  /// Arrays and objects inside each other.
  public var depth: Int
  /// Values and members altogether.
  public var valueCount: Int

  /// Makes limits.
  public init(byteCount: Int = 64 << 20, depth: Int = 64, valueCount: Int = 2_000_000) {
    self.byteCount = byteCount
    self.depth = depth
    self.valueCount = valueCount
  }
}
