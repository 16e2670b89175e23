/// Working memory to decode frames of one tensor: made once, used for frame after frame by one thread.
///
/// In bounds: there is room for the most groups of a frame, and for the lanes, rows, indices and mask of a piece, of
/// the geometry that it was made for; a decoder makes its own.
@safe
public final class FrameScratch {
  /// One header index a group of the frame.
  let indices: UnsafeMutablePointer<UInt8>
  let indexCapacity: Int
  /// Lanes kept of each piece of a compacted frame.
  let kept: UnsafeMutablePointer<UInt32>
  /// Lanes of a frame where it is one run of them that is scattered and else of a piece, and lanes of a piece for
  /// compaction or widening.
  let lanes: UnsafeMutableRawPointer
  let dense: UnsafeMutableRawPointer
  /// Rows, indices and mask of one piece packed again, where canonical bytes are checked.
  let rows: UnsafeMutableRawBufferPointer
  let again: UnsafeMutablePointer<UInt8>
  let mask: UnsafeMutablePointer<UInt8>

  init(_ geometry: LaneGeometry, largest: Int) {
    let pieceGroups = geometry.groupBound(blocks: geometry.blocksPerPiece)
    indexCapacity = max(1, geometry.groupBound(blocks: geometry.blocksPerFrame))
    unsafe indices = .allocate(capacity: indexCapacity)
    unsafe kept = .allocate(capacity: LaneGeometry.piecesPerFrame)
    unsafe lanes = .allocate(byteCount: LaneSource.scratchByteCount(geometry), alignment: 64)
    unsafe dense = .allocate(byteCount: LaneSource.scratchByteCount, alignment: 64)
    unsafe rows = .allocate(byteCount: pieceGroups * geometry.groupSize.wordByteCount * largest + 64, alignment: 64)
    unsafe again = .allocate(capacity: max(1, pieceGroups))
    unsafe mask = .allocate(capacity: LaneGeometry.pieceLanes / 8)
  }

  deinit {
    unsafe indices.deallocate()
    unsafe kept.deallocate()
    unsafe lanes.deallocate()
    unsafe dense.deallocate()
    unsafe rows.deallocate()
    unsafe again.deallocate()
    unsafe mask.deallocate()
  }
}
