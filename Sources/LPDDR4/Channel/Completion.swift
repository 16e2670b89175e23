/// The end of one burst.
public struct Completion: Hashable, Sendable {
  /// The request's tag.
  public var tag: Int
  public var isWrite: Bool
  /// Clock at which the burst was accepted.
  public var accepted: Int
  /// Clock at which its column command started.
  public var started: Int
  /// First clock after its data.
  public var dataEnd: Int

  public init(tag: Int, isWrite: Bool, accepted: Int, started: Int, dataEnd: Int) {
    self.tag = tag
    self.isWrite = isWrite
    self.accepted = accepted
    self.started = started
    self.dataEnd = dataEnd
  }
}
