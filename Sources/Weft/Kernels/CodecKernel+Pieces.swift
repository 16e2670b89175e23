/// Pieces of a frame one after the other: what the functions for whole frames mean.
///
/// In bounds: pieces are cut out of the call's `count`; what they keep is no more than what they have, and their groups
/// follow one another.
extension CodecKernel {
  /// Packs lanes without a checksum.
  func encode(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer
  ) -> Int? {
    // As for the caller.
    unsafe encode(
      lanes, count: count, blockLanes: blockLanes, coding: coding, indices: indices, payload: payload, streams: false,
      checksum: nil)
  }

  /// Unpacks rows without a checksum.
  func decode(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
    coding: GroupCoding, target: LaneTarget, lanes: UnsafeMutableRawPointer
  ) {
    // As for the caller.
    unsafe decode(
      payload, indices: indices, count: count, blockLanes: blockLanes, coding: coding, target: target, lanes: lanes,
      checksum: nil)
  }

  func eachPiece(_ count: Int, _ body: (_ piece: Int, _ first: Int, _ lanes: Int) -> Void) {
    for first in stride(from: 0, to: count, by: LaneGeometry.pieceLanes) {
      body(first / LaneGeometry.pieceLanes, first, min(LaneGeometry.pieceLanes, count - first))
    }
  }

  @inline(never)
  func encodeSeparately(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer, kept: UnsafeMutablePointer<UInt32>, indices: UnsafeMutablePointer<UInt8>,
    payload: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var (group, byteCount, fits) = (0, 0, true)
    eachPiece(count) { piece, first, here in
      let left = unsafe compact(
        lanes + first * coding.laneByteCount, count: here, coding: coding, mask: mask + first / 8, dense: dense)
      unsafe kept[piece] = UInt32(left)
      let bytes =
        unsafe fits
        ? encode(
          dense, count: left, blockLanes: blockLanes, coding: coding, indices: indices + group,
          payload: UnsafeMutableRawBufferPointer(rebasing: payload[byteCount...])) : nil
      fits = bytes != nil
      byteCount += bytes ?? 0
      group += coding.groupSize.groupCount(lanes: left)
    }
    return fits ? byteCount : nil
  }

  @inline(never)
  func decodeSeparately(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, mask: UnsafePointer<UInt8>,
    kept: UnsafePointer<UInt32>, count: Int, blockLanes: Int, coding: GroupCoding, target: LaneTarget,
    dense: UnsafeMutableRawPointer, lanes: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
  ) {
    var (group, start) = (0, 0)
    eachPiece(count) { piece, first, here in
      let groups = unsafe coding.groupSize.groupCount(lanes: Int(kept[piece]))
      let planes = unsafe sumPrecisions(indices + group, count: groups, coding: coding, counts: nil)!
      let end = start + planes * coding.groupSize.wordByteCount
      unsafe decode(
        UnsafeRawBufferPointer(rebasing: payload[start..<end]), indices: indices + group, count: Int(kept[piece]),
        blockLanes: blockLanes, coding: coding, target: LaneTarget(signExtends: target.signExtends), lanes: dense,
        checksum: checksum)
      unsafe expand(
        dense, mask: mask + first / 8, count: here, coding: coding, target: target,
        lanes: lanes + first * coding.laneByteCount)
      (group, start) = (group + groups, end)
    }
  }
}
