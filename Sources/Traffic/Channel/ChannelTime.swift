import LPDDR4

/// The clocks and the energy that transfers take on a channel, layer by layer.
public struct ChannelTime: Hashable, Sendable {
  /// One x16 channel, or two side by side.
  public enum Width: String, Hashable, Sendable, CaseIterable {
    case x16
    case x32
  }

  /// Clock at which each layer's last data has moved; a layer that moves nothing ends with the one before.
  public var endOfLayer: [Int]
  public var clockNanoseconds: Double
  public var report: ChannelReport

  /// Clocks of all transfers.
  public var cycles: Int { endOfLayer.last ?? 0 }

  /// Clocks of one layer: from the end of the one before to its own.
  public func cycles(ofLayer layer: Int) -> Int { endOfLayer[layer] - (layer > 0 ? endOfLayer[layer - 1] : 0) }

  /// Runs the transfers one after the other, as fast as the channel takes them. Throws `StandardError` for a
  /// configuration that contradicts itself.
  public init(
    _ sequence: TransferSequence, width: Width, configuration: ChannelConfiguration
  ) throws(StandardError) {
    var ends = [Int](repeating: 0, count: sequence.bytesOfLayer.count)
    func note(_ completion: Completion) { ends[completion.tag] = max(ends[completion.tag], completion.dataEnd) }
    let report: ChannelReport
    switch width {
    case .x16:
      let channel = try Channel(configuration)
      channel.observers = Observers(onCompletion: note)
      for transfer in sequence.transfers { channel.submit(Request(transfer)) }
      report = channel.finish()
    case .x32:
      let pair = try ChannelPair(configuration)
      pair.channels.0.observers = Observers(onCompletion: note)
      pair.channels.1.observers = Observers(onCompletion: note)
      for transfer in sequence.transfers { pair.submit(Request(transfer)) }
      report = pair.finish()
    }
    for layer in ends.indices.dropFirst() { ends[layer] = max(ends[layer], ends[layer - 1]) }
    endOfLayer = ends
    self.report = report
    clockNanoseconds = report.clockNanoseconds
  }
}

extension Request {
  init(_ transfer: Transfer) {
    self.init(
      address: transfer.address, byteCount: transfer.byteCount, kind: transfer.isWrite ? .write : .read,
      tag: transfer.layer, oneCount: transfer.oneCount)
  }
}
