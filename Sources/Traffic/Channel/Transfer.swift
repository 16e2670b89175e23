/// Bytes that lie together and move together.
public struct Transfer: Hashable, Sendable {
  /// Number of the layer that moves them.
  public var layer: Int
  public var address: Int
  public var byteCount: Int
  public var isWrite: Bool
  public var oneCount: Int?
}
