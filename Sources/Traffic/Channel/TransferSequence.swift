/// The transfers of a plan in the order in which the array needs them.
///
/// Within a layer every operand's sections advance together, each in proportion to its length, in pieces of at most one
/// DRAM page: what double buffers at the array's inputs and outputs ask for. Layers follow one another.
public struct TransferSequence: Sendable {
  public let transfers: [Transfer]
  /// Bytes by layer.
  public let bytesOfLayer: [Int]

  private static let pieceBytes = 2048

  private struct Stream {
    var range: Range<Int>
    var passes: Int
    var isWrite: Bool
    /// Ones for each byte moved, where they are known.
    var onesPerByte: Double?
    var done = 0

    var total: Int { range.count * passes }
  }

  /// Lays out a plan. Throws `outOfMemory` where the channel is too small.
  public init(_ plan: ResidencyPlan, channelBytes: Int) throws(TrafficError) {
    var space = AddressSpace(byteCount: channelBytes, burst: plan.memory.burst)
    var transfers: [Transfer] = []
    var bytesOfLayer: [Int] = []
    for (number, layer) in plan.layers.enumerated() {
      var streams: [Stream] = []
      for move in layer.moves where !move.isOnChip && move.form.movedBits > 0 {
        let density = move.form.oneCount.map {
          Double($0) / Double(max(1, move.form.burstBytes(burst: plan.memory.burst)))
        }
        for range in try space.sections(of: move.tensor, move.form) {
          streams.append(Stream(range: range, passes: move.passes, isWrite: move.isWrite, onesPerByte: density))
        }
      }
      bytesOfLayer.append(streams.reduce(0) { $0 + $1.total })
      TransferSequence.interleave(&streams, layer: number, into: &transfers)
    }
    self.transfers = transfers
    self.bytesOfLayer = bytesOfLayer
  }

  /// Takes a piece of the stream that is furthest behind, until all have ended.
  private static func interleave(_ streams: inout [Stream], layer: Int, into transfers: inout [Transfer]) {
    while true {
      var next: Int?
      for index in streams.indices where streams[index].done < streams[index].total {
        guard let held = next else {
          next = index
          continue
        }
        // done / total, compared without division; the first of equal ones.
        if streams[index].done.multipliedFullWidth(by: streams[held].total)
          < streams[held].done.multipliedFullWidth(by: streams[index].total)
        {
          next = index
        }
      }
      guard let next else { return }
      let stream = streams[next]
      let offset = stream.done % stream.range.count
      let count = min(pieceBytes, stream.range.count - offset)
      transfers.append(
        Transfer(
          layer: layer, address: stream.range.lowerBound + offset, byteCount: count, isWrite: stream.isWrite,
          oneCount: stream.onesPerByte.map { Int(($0 * Double(count)).rounded()) }))
      streams[next].done += count
    }
  }
}
