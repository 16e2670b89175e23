internal import CWeftKernels

/// Hands out the lanes of a tensor, part of a segment at a time, as a kernel wants them.
///
/// Lanes that already lie together in memory are handed out where they are; others are gathered into a scratch
/// buffer of one piece, absent lanes holding the rebase constant so that their packed value is 0. No temporary is
/// larger than a piece.
///
/// In bounds: blocks and their runs come from the tensor's geometry, whose elements the region has, and the lanes of a
/// piece fit the scratch.
@safe
struct LaneSource {
  let geometry: LaneGeometry
  let elementType: ElementType
  /// Holds `bytes`.
  private let region: ByteRegion
  private let bytes: UnsafeRawBufferPointer
  /// 2 widens one-byte elements, for packed values that need more than 8 bits.
  let laneByteCount: Int
  let absent: UInt16

  /// Scratch bytes that `forEachPart` needs.
  static let scratchByteCount = 2 * LaneGeometry.pieceLanes

  /// Bytes of the lanes that are gathered or scattered at once: frames that are one run of lanes as a whole, so that
  /// neighbours in memory move together.
  static func scratchByteCount(_ geometry: LaneGeometry) -> Int {
    scratchByteCount * (geometry.isFlat && geometry.order != .linear ? LaneGeometry.piecesPerFrame : 1)
  }

  init(_ tensor: QuantizedTensor, geometry: LaneGeometry, laneByteCount: Int, rebase: Int32) {
    self.geometry = geometry
    elementType = tensor.descriptor.elementType
    region = tensor.region
    unsafe bytes = tensor.region.bytes
    self.laneByteCount = laneByteCount
    absent = UInt16(truncatingIfNeeded: rebase)
  }

  /// The lanes of a frame of a flat order: where they lie, or gathered into `scratch` of `scratchByteCount(geometry)`
  /// bytes. Lanes must have as many bytes as elements.
  func lanes(ofFrame frame: Int, scratch: UnsafeMutableRawPointer) -> UnsafeRawPointer {
    let lanes = geometry.flatLanes(ofFrame: frame)
    return unsafe lanesInPlace(lanes) ?? gather(geometry.segment(brick: 0), lanes, scratch)
  }

  /// Calls `body` with the lanes of the blocks, segment by segment. `scratch` has `scratchByteCount` bytes; the
  /// blocks are those of at most one piece.
  @inline(__always)
  func forEachPart<Failure: Error>(
    ofBlocks blocks: Range<Int>, scratch: UnsafeMutableRawPointer,
    _ body: (_ lanes: UnsafeRawPointer, _ count: Int, _ blockLanes: Int) throws(Failure) -> Void
  ) throws(Failure) {
    try geometry.forEachPart(ofBlocks: blocks) { segment, lanes throws(Failure) in
      try unsafe body(lanesInPlace(lanes) ?? gather(segment, lanes, scratch), lanes.count, segment.blockLanes)
    }
  }

  @inline(__always)
  private func lanesInPlace(_ lanes: Range<Int>) -> UnsafeRawPointer? {
    guard geometry.order == .linear, laneByteCount == elementType.byteCount else { return nil }
    return unsafe bytes.baseAddress! + lanes.lowerBound * laneByteCount
  }

  /// Gathers lanes of one segment into `target`, which has room for them.
  @inline(never)
  func gather(
    _ segment: Segment, _ lanes: Range<Int>, _ target: UnsafeMutableRawPointer
  ) -> UnsafeRawPointer {
    guard laneByteCount == elementType.byteCount else {
      // Of a piece at most.
      unsafe withUnsafeTemporaryAllocation(byteCount: lanes.count, alignment: 64) { narrow in
        unsafe gather(segment, lanes, narrow.baseAddress!, elementBytes: 1)
        unsafe weft_widen(
          narrow.baseAddress!.assumingMemoryBound(to: UInt8.self), lanes.count, elementType.isSigned ? 1 : 0,
          target.assumingMemoryBound(to: UInt8.self))
      }
      return UnsafeRawPointer(target)
    }
    unsafe gather(segment, lanes, target, elementBytes: laneByteCount)
    return UnsafeRawPointer(target)
  }

  private func gather(
    _ segment: Segment, _ lanes: Range<Int>, _ target: UnsafeMutableRawPointer, elementBytes: Int
  ) {
    if geometry.hasAbsentLanes(segment) {
      if elementBytes == 1 {
        unsafe target.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: absent), count: lanes.count)
      } else {
        unsafe target.initializeMemory(as: UInt16.self, repeating: absent.littleEndian, count: lanes.count)
      }
    }
    guard let elements = unsafe bytes.baseAddress else { return }
    geometry.forEachGrid(in: segment, lanes: lanes) { grid in
      unsafe grid.gather(from: elements, to: target, elementBytes: elementBytes)
    }
  }
}
