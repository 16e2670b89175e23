/// Unpacks the frames of one tensor, each by itself and in any order; safe to use from several threads, each with
/// a scratch of its own.
public struct FrameDecoder<K: CodecKernel>: Sendable {
  public let descriptor: TensorDescriptor
  public let settings: PackingSettings
  public let geometry: LaneGeometry
  let coding: GroupCoding
  /// The encoder's coding, where canonical bytes are checked.
  let encoding: GroupCoding
  let kernel: K

  /// Prepares to unpack. Throws when the settings do not apply to the descriptor.
  public init(_ descriptor: TensorDescriptor, settings: PackingSettings, kernel: K) throws(WeftError) {
    let type = descriptor.elementType
    self.descriptor = descriptor
    self.settings = settings
    self.kernel = kernel
    geometry = try settings.geometry(of: descriptor)
    coding = GroupCoding(
      laneByteCount: type.byteCount, rebase: settings.rebase, width: type.width, isSigned: settings.isSigned,
      groupSize: settings.groupSize, table: settings.table)
    let isExact = settings.order.isArrayOrder
    encoding = GroupCoding(
      laneByteCount: isExact ? 2 : type.byteCount, rebase: settings.rebase, width: isExact ? 16 : type.width,
      isSigned: settings.isSigned, groupSize: settings.groupSize, table: settings.table)
  }

  /// Working memory for one thread.
  public func makeScratch() -> FrameScratch { FrameScratch(geometry, largest: settings.table.largest) }

  /// Number of frames.
  public var frameCount: Int { geometry.frameCount }

  /// Unpacks the part of a frame that lies in `window`.
  ///
  /// - Parameters:
  ///   - frame: the number of the frame.
  ///   - record: its `WFRM` record, whose checksum the caller has checked.
  ///   - offset: where the record lies in the file, for errors.
  ///   - window: where elements go.
  /// - Throws: the rule of SPEC.md that the frame breaks. Nothing outside `window` is touched.
  public func decode(
    frame: Int, record: UnsafeRawBufferPointer, at offset: UInt64, scratch: FrameScratch, into window: ElementWindow
  ) throws(WeftError) {
    let view = try FrameView(record, frame: frame, decoder: self, scratch: scratch, at: offset)
    decode(pieces: geometry.pieces(ofFrame: frame), of: view, scratch: scratch, into: window)
  }

  /// Unpacks pieces of a frame whose sections were checked.
  func decode(pieces: Range<Int>, of view: FrameView, scratch: FrameScratch, into window: ElementWindow) {
    let elementBytes = coding.laneByteCount
    var cursor = view.start(ofPiece: pieces.lowerBound, settings)
    for piece in pieces {
      geometry.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece)) { segment, lanes in
        // Lanes in memory order that are all wanted are decoded where they belong.
        let isInPlace =
          settings.order == .linear && lanes.lowerBound >= window.indices.lowerBound
          && lanes.upperBound <= window.indices.upperBound
        let target =
          isInPlace
          ? window.memory.baseAddress! + (lanes.lowerBound - window.indices.lowerBound) * elementBytes
          : scratch.lanes
        decodePart(lanes.count, segment.blockLanes, view, &cursor, scratch, target)
        if !isInPlace {
          geometry.forEachRun(in: segment, lanes: lanes) { run in
            window.store(run, from: scratch.lanes, elementBytes: elementBytes)
          }
        }
      }
    }
  }

  /// Unpacks one run of blocks, or with zero compaction one piece, into `target`.
  @inline(__always)
  func decodePart(
    _ lanes: Int, _ blockLanes: Int, _ view: FrameView, _ cursor: inout FrameCursor, _ scratch: FrameScratch,
    _ target: UnsafeMutableRawPointer
  ) {
    let type = descriptor.elementType
    let mask = view.sections.mask.isEmpty ? nil : view.mask + cursor.maskByte
    let kept = mask.map { popcount($0, lanes: lanes) } ?? lanes
    // What lies behind the rows is there to be read too, which lets kernels load whole registers.
    let payloadBytes = kernel.decode(
      UnsafeRawBufferPointer(rebasing: view.record[(view.sections.payload.lowerBound + cursor.payload)...]),
      indices: view.indices + cursor.group, count: kept, blockLanes: blockLanes, coding: coding,
      signExtends: type.isSigned, lanes: mask == nil ? target : scratch.dense)
    if let mask {
      kernel.expand(
        scratch.dense, mask: mask, count: lanes, coding: coding, signExtends: type.isSigned, lanes: target)
      cursor.maskByte += (lanes + 7) / 8
    }
    cursor.group += settings.groupSize.groupCount(lanes: kept)
    cursor.payload += payloadBytes
  }
}

/// Set bits among the first `lanes` bits of a mask, whose unused bits are 0.
@inline(__always)
func popcount(_ mask: UnsafePointer<UInt8>, lanes: Int) -> Int {
  var count = 0
  for byte in 0..<(lanes + 7) / 8 { count += mask[byte].nonzeroBitCount }
  return count
}
