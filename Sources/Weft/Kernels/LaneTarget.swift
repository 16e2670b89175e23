/// How decoded elements are written.
public struct LaneTarget: Hashable, Sendable {
  /// Elements continue above their width as copies of their top bit, else as zeros.
  public var signExtends: Bool
  /// Write around the caches: what is written will not be read again soon.
  public var streams: Bool

  public init(signExtends: Bool, streams: Bool = false) {
    self.signExtends = signExtends
    self.streams = streams
  }

  /// From this many bytes of elements on, writing around the caches pays, unpacking and packing: less fits them, and then
  /// costs several times as much.
  public static let streamingByteCount = 16 << 20
}
