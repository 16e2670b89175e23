/// A request for a range of bytes: the channel makes bursts of it, in order of address.
public struct Request: Hashable, Sendable {
  /// What is done with the bytes.
  public enum Kind: UInt8, Hashable, Sendable {
    case read
    case write
    /// A write that leaves some bytes as they are (MWR): BL16 only.
    case maskedWrite
  }

  /// First byte; a multiple of the burst's bytes.
  public var address: Int
  /// A multiple of the burst's bytes, at least one burst.
  public var byteCount: Int
  public var kind: Kind
  /// Earliest clock at which the first burst is accepted.
  public var arrival: Int
  /// Given back in the completion of every burst.
  public var tag: Int
  /// The rows are closed by auto-precharge.
  public var closesRow: Bool
  /// Ones among the bits, where they are known: IO energy follows them.
  public var oneCount: Int?

  public init(
    address: Int, byteCount: Int, kind: Kind, arrival: Int = 0, tag: Int = 0, closesRow: Bool = false,
    oneCount: Int? = nil
  ) {
    self.address = address
    self.byteCount = byteCount
    self.kind = kind
    self.arrival = arrival
    self.tag = tag
    self.closesRow = closesRow
    self.oneCount = oneCount
  }
}
