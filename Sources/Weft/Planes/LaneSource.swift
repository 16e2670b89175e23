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

  init(_ tensor: QuantizedTensor, geometry: LaneGeometry, laneByteCount: Int, rebase: Int32) {
    self.geometry = geometry
    elementType = tensor.descriptor.elementType
    region = tensor.region
    unsafe bytes = tensor.region.bytes
    self.laneByteCount = laneByteCount
    absent = UInt16(truncatingIfNeeded: rebase)
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

  private func gather(
    _ segment: Segment, _ lanes: Range<Int>, _ scratch: UnsafeMutableRawPointer
  ) -> UnsafeRawPointer {
    if laneByteCount == 1 {
      let target = unsafe scratch.assumingMemoryBound(to: UInt8.self)
      unsafe target.update(repeating: UInt8(truncatingIfNeeded: absent), count: lanes.count)
      unsafe gather(segment, lanes, into: target, stepping: 1) { unsafe $0.load(as: UInt8.self) }
    } else {
      let target = unsafe scratch.assumingMemoryBound(to: UInt16.self)
      unsafe target.update(repeating: absent.littleEndian, count: lanes.count)
      if elementType.byteCount == 2 {
        unsafe gather(segment, lanes, into: target, stepping: 2) { unsafe $0.loadUnaligned(as: UInt16.self) }
      } else if elementType.isSigned {
        unsafe gather(segment, lanes, into: target, stepping: 1) {
          unsafe UInt16(bitPattern: Int16($0.load(as: Int8.self))).littleEndian
        }
      } else {
        unsafe gather(segment, lanes, into: target, stepping: 1) { unsafe UInt16($0.load(as: UInt8.self)).littleEndian }
      }
    }
    return UnsafeRawPointer(scratch)
  }

  @inline(__always)
  private func gather<Lane>(
    _ segment: Segment, _ lanes: Range<Int>, into target: UnsafeMutablePointer<Lane>, stepping elementBytes: Int,
    _ load: (UnsafeRawPointer) -> Lane
  ) {
    let base = unsafe bytes.baseAddress!
    geometry.forEachRun(in: segment, lanes: lanes) { run in
      let source = unsafe base + run.memoryIndex * elementBytes
      let step = run.stride * elementBytes
      for lane in 0..<run.count { unsafe target[run.lane &+ lane] = unsafe load(source + lane &* step) }
    }
  }
}
