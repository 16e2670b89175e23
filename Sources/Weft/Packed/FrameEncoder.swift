/// Packs the frames of one tensor, each by itself and in any order; safe to use from several threads, each with a
/// buffer of its own.
public struct FrameEncoder<K: CodecKernel>: Sendable {
  public let geometry: LaneGeometry
  public let settings: PackingSettings
  let tensor: QuantizedTensor
  let coding: GroupCoding
  let kernel: K

  /// Prepares to pack `tensor`. Throws when the settings do not apply to it. Cost: constant in `linear` and `spatial`
  /// order, one fast pass over the values in the array's orders.
  @specialized(where K == Kernel)
  public init(_ tensor: QuantizedTensor, settings: PackingSettings, kernel: K) throws(WeftError) {
    let type = tensor.descriptor.elementType
    self.tensor = tensor
    self.settings = settings
    self.kernel = kernel
    geometry = try settings.geometry(of: tensor.descriptor)
    var (laneByteCount, width) = (type.byteCount, type.width)
    if settings.order.isArrayOrder {
      // x - c does not wrap and can take more bits than the element has; where it does not, lanes stay narrow.
      let needed = try ExactRange(tensor, kernel: kernel).precision(
        rebase: settings.rebase, isSigned: settings.isSigned, entry: tensor.descriptor.name)
      laneByteCount = needed <= 8 && type.byteCount == 1 ? 1 : 2
      width = 8 * laneByteCount
    }
    coding = GroupCoding(
      laneByteCount: laneByteCount, rebase: settings.rebase, width: width, isSigned: settings.isSigned,
      groupSize: settings.groupSize, table: settings.table)
  }

  /// A buffer that fits any frame of this tensor.
  public func makeBuffer() -> FrameBuffer { FrameBuffer(geometry, largest: settings.table.largest) }

  /// A buffer of another tensor where it has room for any frame of this one, else a new one. Many small tensors do not
  /// cut the memory into pieces that way.
  public func makeBuffer(from other: FrameBuffer?) -> FrameBuffer {
    guard let other, other.hasRoom(for: geometry, largest: settings.table.largest) else { return makeBuffer() }
    return other
  }

  /// Number of frames.
  public var frameCount: Int { geometry.frameCount }

  /// Packs one frame into `buffer`; `isSealed` fills in the record's checksum, which `FrameBuffer.seal` does else.
  /// Throws `precisionTooSmall` when a group fits no table entry. Cost: one pass over the frame's values.
  @specialized(where K == Kernel)
  public func encode(frame: Int, into buffer: FrameBuffer, isSealed: Bool = true) throws(WeftError) {
    if isFlat {
      buffer.take(try unsafe pack(frame, into: buffer.memory, buffer, isSealed: isSealed, streams: false))
      var counts = [16 of Int](repeating: 0)
      describe(frame, buffer, addingTo: &counts)
      buffer.histogram = coding.histogram(counts)
      return
    }
    // Zero compaction is for flat orders alone.
    var progress = FrameProgress()
    buffer.pieceCount = 0
    let source = LaneSource(
      tensor, geometry: geometry, laneByteCount: coding.laneByteCount, rebase: settings.rebase)
    for piece in geometry.pieces(ofFrame: frame) {
      let first = progress
      try unsafe source.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece), scratch: buffer.gathered) {
        lanes, count, blockLanes throws(WeftError) in
        try unsafe encode(lanes, count, blockLanes, buffer, &progress)
      }
      buffer.note(piece: PieceOffset(payload: UInt32(first.payload), groups: UInt32(first.groups)))
      unsafe count(buffer.indices, first.groups..<progress.groups, &progress)
    }
    buffer.finish(
      frame: frame, groups: progress.groups, headerBits: settings.table.headerBitCount, payloadBytes: progress.payload,
      kernel: kernel)
    buffer.histogram = coding.histogram(progress.counts)
    if isSealed { buffer.seal(kernel: kernel) }
  }

  /// Adds groups to the histogram.
  private func count(
    _ indices: UnsafeMutablePointer<UInt8>, _ groups: Range<Int>, _ progress: inout FrameProgress
  ) {
    unsafe withUnsafeMutableBytes(of: &progress.counts) {
      _ = unsafe kernel.sumPrecisions(
        indices + groups.lowerBound, count: groups.count, coding: coding,
        counts: $0.baseAddress!.assumingMemoryBound(to: Int.self))
    }
  }

  /// True when the lanes of a frame are one run of elements as they are.
  var isFlat: Bool { geometry.isFlat && coding.laneByteCount == tensor.descriptor.elementType.byteCount }

  var unfitting: WeftError {
    WeftError(
      .precisionTooSmall, "precision table", entry: tensor.descriptor.name, found: Int64(settings.table.largest))
  }

  #if hasFeature(Embedded)
    @inline(never)
  #else
    @inline(__always)
  #endif
  private func encode(
    _ lanes: UnsafeRawPointer, _ count: Int, _ blockLanes: Int, _ buffer: FrameBuffer,
    _ progress: inout FrameProgress
  ) throws(WeftError) {
    guard
      let bytes = unsafe kernel.encode(
        lanes, count: count, blockLanes: blockLanes, coding: coding, indices: buffer.indices + progress.groups,
        payload: buffer.payload(from: progress.payload))
    else { throw unfitting }
    progress.groups += settings.groupSize.groupCount(lanes: count)
    progress.payload += bytes
  }
}

/// How far the packing of a frame has come.
private struct FrameProgress {
  var groups = 0
  var payload = 0
  /// Groups by header index.
  var counts = [16 of Int](repeating: 0)
}
