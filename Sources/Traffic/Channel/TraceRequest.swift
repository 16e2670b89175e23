/// One line of a request trace: `ADDRESS READ|WRITE CYCLE`.
public struct TraceRequest: Hashable, Sendable {
  /// First byte of the burst in the channel.
  public var address: Int
  public var isWrite: Bool
  /// Earliest clock of arrival.
  public var cycle: Int
}
