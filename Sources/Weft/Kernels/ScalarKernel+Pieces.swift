// Every call passes its memory and its counts on as they are; sums are taken over the groups of the call.
extension ScalarKernel {
  public func encodePieces(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer, kept: UnsafeMutablePointer<UInt32>, indices: UnsafeMutablePointer<UInt8>,
    payload: UnsafeMutableRawBufferPointer
  ) -> Int? {
    unsafe encodeSeparately(
      lanes, count: count, blockLanes: blockLanes, coding: coding, mask: mask, dense: dense, kept: kept,
      indices: indices, payload: payload)
  }

  public func decodePieces(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, mask: UnsafePointer<UInt8>,
    kept: UnsafePointer<UInt32>, count: Int, blockLanes: Int, coding: GroupCoding, target: LaneTarget,
    dense: UnsafeMutableRawPointer, lanes: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
  ) {
    unsafe decodeSeparately(
      payload, indices: indices, mask: mask, kept: kept, count: count, blockLanes: blockLanes, coding: coding,
      target: target, dense: dense, lanes: lanes, checksum: checksum)
  }

  public func sumPieces(
    _ indices: UnsafePointer<UInt8>, groups: UnsafePointer<UInt32>, pieceCount: Int, coding: GroupCoding,
    counts: UnsafeMutablePointer<Int>, sums: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    var group = 0
    for piece in 0..<pieceCount {
      guard
        let sum = unsafe sumPrecisions(indices + group, count: Int(groups[piece]), coding: coding, counts: counts)
      else { return false }
      unsafe sums[piece] = UInt32(sum)
      unsafe group += Int(groups[piece])
    }
    return true
  }
}
