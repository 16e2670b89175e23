/// One frame as it is being packed: a whole `WFRM` record, ready to be written, and what the index says of it.
///
/// Made once and used for frame after frame. Its memory follows from the tensor's geometry and table, not from the
/// data.
public final class FrameBuffer {
  /// Where the record is written: the buffer's own memory, or where `redirect` says.
  private(set) var memory: UnsafeMutableRawBufferPointer
  private let own: UnsafeMutableRawBufferPointer
  private var isSealed = false
  /// Bytes of the record, header to padding.
  public private(set) var byteCount = 0
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
    // The room behind the largest frame lets kernels store whole registers to its end.
    own = .allocate(byteCount: geometry.frameByteBound(largest: largest) + FrameBuffer.slack, alignment: 64)
    memory = own
    dense = .allocate(byteCount: 2 * lanes, alignment: 64)
    gathered = .allocate(byteCount: LaneSource.scratchByteCount, alignment: 64)
    indices = .allocate(capacity: max(1, groups))
  }

  /// Bytes behind the largest frame that must be writable, so that kernels can store whole registers.
  public static let slack = 4096

  /// Has the next records written to the caller's memory: `byteBound` bytes that stay valid.
  public func redirect(to target: UnsafeMutableRawBufferPointer) {
    precondition(target.count >= own.count)
    memory = target
  }

  /// Bytes that `redirect` needs.
  public var byteBound: Int { own.count }

  /// Fills in the record's checksum, once. Cost: one pass over the record.
  public func seal(kernel: some CodecKernel) {
    guard !isSealed else { return }
    RecordHeader.seal(UnsafeMutableRawBufferPointer(rebasing: memory[..<byteCount]), kernel: kernel)
    isSealed = true
  }

  /// Notes that a new record without a checksum is there.
  func begin(byteCount: Int) {
    self.byteCount = byteCount
    isSealed = false
  }

  deinit {
    own.deallocate()
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
