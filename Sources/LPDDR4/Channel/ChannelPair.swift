/// Two independent x16 channels side by side: x32, interleaved burst by burst (32 bytes).
///
/// Each channel has its own queue; a request goes to both, and neither waits for the other.
public final class ChannelPair {
  public let channels: (Channel, Channel)

  /// Throws as `Channel.init` does; both channels have the same configuration.
  public init(_ configuration: ChannelConfiguration = ChannelConfiguration()) throws(StandardError) {
    channels = (try Channel(configuration), try Channel(configuration))
  }

  /// Bytes of one burst of one channel: the interleave.
  public var bytesPerBurst: Int { channels.0.bytesPerBurst }

  /// Bytes of both channels.
  public var byteCount: Int { 2 * channels.0.byteCount }

  /// Takes a request; see `Channel.submit`. Known ones are split in proportion to the bursts.
  public func submit(_ request: Request) {
    let burst = bytesPerBurst
    precondition(request.address >= 0 && request.address % burst == 0, "address is not at a burst")
    precondition(request.byteCount > 0 && request.byteCount % burst == 0, "size is no number of bursts")
    precondition(request.byteCount <= byteCount - request.address, "range leaves the channels")
    let (first, end) = (request.address / burst, (request.address + request.byteCount) / burst)
    for parity in 0..<2 {
      // Bursts first..<end of this parity, as bursts of the channel.
      let (from, to) = ((first + 1 - parity) / 2, (end + 1 - parity) / 2)
      guard to > from else { continue }
      var part = request
      part.address = from * burst
      part.byteCount = (to - from) * burst
      // What the first channel rounds off goes to the second.
      let share = request.oneCount.map { ones in ones * ((end + 1) / 2 - (first + 1) / 2) / (end - first) }
      part.oneCount = parity == 0 ? share : request.oneCount.map { $0 - share! }
      (parity == 0 ? channels.0 : channels.1).submit(part)
    }
  }

  /// Serves everything that waits in both; the shorter one idles until the longer has ended.
  public func finish() -> ChannelReport {
    channels.0.drain()
    channels.1.drain()
    let end = max(channels.0.core.dataEnd, channels.1.core.dataEnd)
    return channels.0.report(until: end).beside(channels.1.report(until: end))
  }
}
