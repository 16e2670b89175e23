/// One frame as it is being packed: a whole `WFRM` record, ready to be written, and what the index says of it.
///
/// Made once and used for frame after frame. Its memory follows from the tensor's geometry and table, not from the
/// data.
public final class FrameBuffer {
  let memory: UnsafeMutableRawBufferPointer
  /// Bytes of the record, header to padding.
  public internal(set) var byteCount = 0
  /// Where the sections lie in the record.
  public internal(set) var sections = FrameSections()
  /// For each piece of the frame: first payload byte, and groups of the frame before the piece.
  public internal(set) var pieces: [PieceOffset] = []
  /// Groups with each stored precision.
  public internal(set) var histogram = PrecisionHistogram()

  let dense: UnsafeMutableRawPointer
  let gathered: UnsafeMutableRawPointer
  let indices: UnsafeMutablePointer<UInt8>

  /// Room for any frame of `geometry` packed with a table whose largest entry is `largest`.
  init(_ geometry: LaneGeometry, largest: Int) {
    let groups = geometry.groupBound(blocks: geometry.blocksPerFrame)
    let lanes = LaneGeometry.pieceLanes * LaneGeometry.piecesPerFrame
    memory = .allocate(byteCount: geometry.frameByteBound(largest: largest), alignment: 64)
    dense = .allocate(byteCount: 2 * lanes, alignment: 64)
    gathered = .allocate(byteCount: LaneSource.scratchByteCount, alignment: 64)
    indices = .allocate(capacity: max(1, groups))
  }

  deinit {
    memory.deallocate()
    dense.deallocate()
    gathered.deallocate()
    indices.deallocate()
  }

  /// The record.
  public var record: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<byteCount]) }

  /// Bytes of a section.
  public func bytes(of section: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: memory[section])
  }
}
