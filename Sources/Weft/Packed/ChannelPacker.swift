/// The transposer between ABout and the activation memory (Sharify et al., DAC 2018, section 3): packs an activation
/// in `channels` order whose positions arrive one after the other, and never holds it unpacked.
///
/// The result equals `PackedTensor(packing:settings:kernel:)` byte for byte. Memory: the packed bytes, and one piece
/// of lanes a channel brick.
public struct ChannelPacker<K: CodecKernel> {
  public let descriptor: TensorDescriptor
  public let settings: PackingSettings
  let geometry: LaneGeometry
  let kernel: K
  private let coding: GroupCoding
  private var streams: [LaneStream]

  /// Prepares to pack. Values appended are packed values: elements less the rebase constant. Throws when the
  /// settings do not fit the descriptor, or are not of `channels` order.
  public init(_ descriptor: TensorDescriptor, settings: PackingSettings, kernel: K) throws(WeftError) {
    guard settings.order == .channels else {
      throw WeftError(.orderNotApplicable, "the transposer writes channels order", entry: descriptor.name)
    }
    self.descriptor = descriptor
    self.settings = settings
    self.kernel = kernel
    geometry = try settings.geometry(of: descriptor)
    coding = GroupCoding(
      laneByteCount: 2, rebase: 0, width: 16, isSigned: settings.isSigned, groupSize: settings.groupSize,
      table: settings.table)
    streams = []
    if geometry.isFlat {
      streams = [LaneStream(blockLanes: settings.block.laneCount(groupSize: settings.groupSize))]
    } else {
      for brick in 0..<geometry.brickCount {
        streams.append(LaneStream(blockLanes: geometry.segment(brick: brick).blockLanes))
      }
    }
  }

  /// Channels of a brick's item that are lanes: 16, or what the last brick has, rounded to 8 or 16 by the format.
  public var brickCount: Int { geometry.isFlat ? 1 : geometry.brickCount }

  /// Appends `positionCount` positions: packed values by channel, `channelStride` values from one channel to the
  /// next, positions side by side. Throws `precisionTooSmall` when a group fits no table entry. Cost: one pass.
  public mutating func append(
    _ values: UnsafePointer<Int16>, channelStride: Int, positionCount: Int
  ) throws(WeftError) {
    // The caller's values reach to the last channel and position; each brick takes the channels from its first on.
    let channels = geometry.axes.channels
    if geometry.isFlat {
      unsafe streams[0].append(
        values, channelStride: channelStride, channels: channels, itemLanes: channels, positionCount: positionCount)
      try streams[0].encode(kernel, coding, descriptor.name, atEnd: false)
      return
    }
    for brick in 0..<geometry.brickCount {
      let first = brick * LaneGeometry.brickLanes
      unsafe streams[brick].append(
        values + first * channelStride, channelStride: channelStride,
        channels: min(LaneGeometry.brickLanes, channels - first),
        itemLanes: brick == geometry.brickCount - 1 ? geometry.lastItemLanes : geometry.itemLanes,
        positionCount: positionCount)
      try streams[brick].encode(kernel, coding, descriptor.name, atEnd: false)
    }
  }

  /// The packed tensor, when every position has been appended.
  public mutating func finish() throws(WeftError) -> PackedTensor {
    for index in streams.indices { try streams[index].encode(kernel, coding, descriptor.name, atEnd: true) }
    let buffer = FrameBuffer(geometry, largest: settings.table.largest)
    var frames: [[UInt8]] = []
    var histogram = PrecisionHistogram()
    var (stream, block) = (0, 0)
    for frame in 0..<geometry.frameCount {
      var (groups, payload) = (0, 0)
      for _ in geometry.blocks(ofFrame: frame) {
        while block == streams[stream].blockCount { (stream, block) = (stream + 1, 0) }
        let (indices, rows) = streams[stream].block(block, groupSize: settings.groupSize)
        // The buffer has room for all groups and rows of a frame, and these are the frame's blocks.
        unsafe indices.withUnsafeBytes {
          unsafe UnsafeMutableRawPointer(buffer.indices + groups).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
        }
        unsafe rows.withUnsafeBytes { unsafe buffer.payload(from: payload).copyMemory(from: $0) }
        groups += indices.count
        payload += rows.count
        block += 1
      }
      var counts = [16 of Int](repeating: 0)
      // Sixteen counts; the indices of `groups` groups were laid down above.
      unsafe withUnsafeMutableBytes(of: &counts) {
        _ = unsafe kernel.sumPrecisions(
          buffer.indices, count: groups, coding: coding, counts: $0.baseAddress!.assumingMemoryBound(to: Int.self))
      }
      buffer.finish(
        frame: frame, groups: groups, headerBits: settings.table.headerBitCount, payloadBytes: payload, kernel: kernel)
      buffer.seal(kernel: kernel)
      // The buffer holds its record until the next frame is packed.
      unsafe frames.append([UInt8](buffer.record))
      histogram.add(coding.histogram(counts))
    }
    return PackedTensor(descriptor, settings: settings, frames: frames, histogram: histogram)
  }
}

/// The lanes of one segment as they arrive, and the blocks they have become.
private struct LaneStream {
  let blockLanes: Int
  private var lanes: [UInt16] = []
  private var indices: [UInt8] = []
  private var payload: [UInt8] = []
  /// First payload byte and first group of each block, and what is behind the last.
  private var starts: [(payload: Int, group: Int)] = [(0, 0)]

  init(blockLanes: Int) { self.blockLanes = blockLanes }

  var blockCount: Int { starts.count - 1 }

  func block(_ number: Int, groupSize: GroupSize) -> (indices: ArraySlice<UInt8>, rows: ArraySlice<UInt8>) {
    (
      indices[starts[number].group..<starts[number + 1].group],
      payload[starts[number].payload..<starts[number + 1].payload]
    )
  }

  /// Interleaves channels to lanes; absent lanes are 0.
  @inline(__always)
  mutating func append(
    _ values: UnsafePointer<Int16>, channelStride: Int, channels: Int, itemLanes: Int, positionCount: Int
  ) {
    let first = lanes.count
    lanes.append(contentsOf: repeatElement(0, count: positionCount * itemLanes))
    // Room for `positionCount` items was appended above; `channels` is at most `itemLanes`, and the source has them
    // all.
    unsafe lanes.withUnsafeMutableBufferPointer { lanes in
      let target = unsafe lanes.baseAddress! + first
      for channel in 0..<channels {
        let source = unsafe values + channel &* channelStride
        for position in 0..<positionCount {
          unsafe target[position &* itemLanes &+ channel] = UInt16(bitPattern: source[position])
        }
      }
    }
  }

  /// Packs the blocks that are complete; at the end, the rest too.
  mutating func encode<K: CodecKernel>(
    _ kernel: K, _ coding: GroupCoding, _ entry: PlainText, atEnd: Bool
  ) throws(WeftError) {
    let ready = atEnd ? lanes.count : lanes.count / blockLanes * blockLanes
    guard ready > 0 else { return }
    let groupSize = coding.groupSize
    for first in stride(from: 0, to: ready, by: blockLanes) {
      let count = min(blockLanes, ready - first)
      let groups = groupSize.groupCount(lanes: count)
      let room = groups * groupSize.wordByteCount * coding.table.largest
      let (payloadStart, groupStart) = starts.last!
      // Headers take a byte a group, and rows at most the table's largest entry: that is the temporary's size. The
      // lanes of the block are among those that are ready.
      let used = unsafe withUnsafeTemporaryAllocation(byteCount: room + groups, alignment: 64) { scratch -> Int? in
        let rows = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[groups...])
        let headers = unsafe scratch.baseAddress!.assumingMemoryBound(to: UInt8.self)
        let used = unsafe lanes.withUnsafeBytes { lanes in
          unsafe kernel.encode(
            lanes.baseAddress! + 2 * first, count: count, blockLanes: blockLanes, coding: coding, indices: headers,
            payload: rows)
        }
        guard let used else { return nil }
        unsafe indices.append(contentsOf: UnsafeBufferPointer(start: headers, count: groups))
        unsafe payload.append(contentsOf: UnsafeRawBufferPointer(rebasing: rows[..<used]))
        return used
      }
      guard let used else {
        throw WeftError(.precisionTooSmall, "precision table", entry: entry, found: Int64(coding.table.largest))
      }
      starts.append((payloadStart + used, groupStart + groups))
    }
    lanes.removeFirst(ready)
  }
}
