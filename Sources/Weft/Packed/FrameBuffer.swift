/// One frame as it is being packed: a whole `WFRM` record, ready to be written, and what the index says of it.
///
/// Made once and used for frame after frame, and for tensor after tensor where it has room. Its memory follows from the
/// tensor's geometry and table, not from the data.
///
/// In bounds: `init` makes room for the most groups, mask bytes and rows that a frame of the geometry can have, and for
/// the prefix of a record before them; who fills the buffer packs a frame of that geometry. What is handed out is valid
/// until the next frame, or the buffer's end.
@safe
public final class FrameBuffer {
  /// Room for a record that is laid down from the start on; or else payload starts at a fixed place and what comes before
  /// it is laid down last, right in front of it, when the groups are counted.
  let memory: UnsafeMutableRawBufferPointer
  private let room: Room
  private var recordStart = 0
  /// Bytes of the record, header to padding.
  public private(set) var byteCount = 0
  /// Where the sections lie in the record.
  public private(set) var sections = FrameSections()
  /// For each piece of the frame: first payload byte, and groups of the frame before the piece.
  public var pieces: [PieceOffset] { unsafe pieceWords.map(PieceOffset.init(littleEndian:)) }
  /// Groups with each stored precision.
  public internal(set) var histogram = PrecisionHistogram()

  /// Working memory: lanes gathered, of a frame where it is one run of them and else of a piece, and one piece without
  /// its zeros; the frame's header indices; lanes kept, groups and sum of precisions of each piece.
  let dense: UnsafeMutableRawPointer
  let gathered: UnsafeMutableRawPointer
  let indices: UnsafeMutablePointer<UInt8>
  let kept: UnsafeMutablePointer<UInt32>
  let groups: UnsafeMutablePointer<UInt32>
  let sums: UnsafeMutablePointer<UInt32>
  /// Pieces of the frame, and where each begins, as the index holds it.
  var pieceCount = 0
  let offsets: UnsafeMutablePointer<UInt64>

  /// The most that any frame of a geometry takes when packed with a table.
  private struct Room {
    let groups: Int
    let gatheredBytes: Int
    /// Bytes in front of the payload, and of payload.
    let payloadStart: Int
    let payloadBytes: Int
    static let maskBytes = LaneGeometry.pieceLanes * LaneGeometry.piecesPerFrame / 8

    init(_ geometry: LaneGeometry, largest: Int) {
      groups = geometry.groupBound(blocks: geometry.blocksPerFrame)
      gatheredBytes = LaneSource.scratchByteCount(geometry)
      payloadStart = (FrameSections.prefix + Room.maskBytes + groups + 127) & ~63
      payloadBytes = groups * geometry.groupSize.wordByteCount * largest + 8192
    }

    func holds(_ other: Room) -> Bool {
      groups >= other.groups && gatheredBytes >= other.gatheredBytes && payloadStart >= other.payloadStart
        && payloadBytes >= other.payloadBytes
    }
  }

  /// Room for any frame of `geometry` packed with a table whose largest entry is `largest`.
  init(_ geometry: LaneGeometry, largest: Int) {
    room = Room(geometry, largest: largest)
    unsafe memory = .allocate(byteCount: room.payloadStart + room.payloadBytes, alignment: 64)
    unsafe dense = .allocate(byteCount: LaneSource.scratchByteCount, alignment: 64)
    unsafe gathered = .allocate(byteCount: room.gatheredBytes, alignment: 64)
    unsafe indices = .allocate(capacity: max(1, room.groups))
    unsafe kept = .allocate(capacity: LaneGeometry.piecesPerFrame)
    unsafe groups = .allocate(capacity: LaneGeometry.piecesPerFrame)
    unsafe sums = .allocate(capacity: LaneGeometry.piecesPerFrame)
    unsafe offsets = .allocate(capacity: LaneGeometry.piecesPerFrame)
  }

  /// Whether the buffer may be used as one made for this geometry and table.
  func hasRoom(for geometry: LaneGeometry, largest: Int) -> Bool { room.holds(Room(geometry, largest: largest)) }

  deinit {
    unsafe memory.deallocate()
    unsafe dense.deallocate()
    unsafe gathered.deallocate()
    unsafe indices.deallocate()
    unsafe kept.deallocate()
    unsafe groups.deallocate()
    unsafe sums.deallocate()
    unsafe offsets.deallocate()
  }

  /// `pieces` as the index holds them.
  var pieceWords: UnsafeBufferPointer<UInt64> { unsafe UnsafeBufferPointer(start: offsets, count: pieceCount) }

  /// Says where the next piece begins.
  func note(piece offset: PieceOffset) {
    precondition(pieceCount < LaneGeometry.piecesPerFrame)
    unsafe offsets[pieceCount] = offset.littleEndian
    pieceCount += 1
  }

  /// The record.
  public var record: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: memory[recordStart..<recordStart + byteCount])
  }

  /// Bytes of a section.
  public func bytes(of section: Range<Int>) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: record[section])
  }

  /// Where rows go from byte `offset` of the payload section on, with more room than any frame needs.
  @inline(__always)
  func payload(from offset: Int) -> UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[(room.payloadStart + offset)...])
  }

  /// Lays down frame header, headers and padding around `payloadBytes` bytes of rows without zero compaction.
  func finish<K: CodecKernel>(frame: Int, groups: Int, headerBits: Int, payloadBytes: Int, kernel: K) {
    sections = FrameSections(mask: 0, headers: (groups * headerBits + 7) / 8, payload: payloadBytes)
    recordStart = room.payloadStart - sections.payload.lowerBound
    byteCount = sections.recordByteCount
    let base = unsafe memory.baseAddress! + recordStart
    unsafe layDown(frame: frame, sections, groups: groups, headerBits: headerBits, at: base, kernel: kernel)
  }

  /// Takes over a record that was laid down at the start of the buffer's memory.
  func take(_ sections: FrameSections) {
    self.sections = sections
    recordStart = 0
    byteCount = sections.recordByteCount
  }

  /// Writes all of a record but its mask and payload.
  func layDown<K: CodecKernel>(
    frame: Int, _ sections: FrameSections, groups: Int, headerBits: Int, at base: UnsafeMutableRawPointer, kernel: K
  ) {
    func store(_ field: Int, at offset: Int) {
      unsafe base.storeBytes(of: UInt32(truncatingIfNeeded: field).littleEndian, toByteOffset: offset, as: UInt32.self)
    }
    store(frame, at: 16)
    store(sections.mask.count, at: 20)
    store(sections.headers.count, at: 24)
    store(sections.payload.count, at: 28)
    unsafe kernel.packHeaders(
      indices, count: groups, bitCount: headerBits,
      into: (base + sections.headers.lowerBound).assumingMemoryBound(to: UInt8.self))
    unsafe zero(base, sections.mask.upperBound..<sections.headers.lowerBound)
    unsafe zero(base, sections.headers.upperBound..<sections.payload.lowerBound)
    unsafe zero(base, sections.payload.upperBound..<sections.recordByteCount)
    unsafe RecordHeader.write(to: base, tag: .frame, bodyByteCount: sections.recordByteCount - RecordHeader.byteCount)
  }

  /// Fills in the record's checksum. Cost: one pass over the record.
  @specialized(where K == Kernel)
  public func seal<K: CodecKernel>(kernel: K) {
    unsafe RecordHeader.seal(
      UnsafeMutableRawBufferPointer(rebasing: memory[recordStart..<recordStart + byteCount]), tag: .frame,
      bodyByteCount: byteCount - RecordHeader.byteCount, kernel: kernel)
  }

  /// Writes the zeros, fewer than eight, between two sections.
  @inline(__always)
  private func zero(_ base: UnsafeMutableRawPointer, _ gap: Range<Int>) {
    var place = gap.lowerBound
    func store<T: FixedWidthInteger & BitwiseCopyable>(_ zero: T) {
      guard gap.count & MemoryLayout<T>.size != 0 else { return }
      unsafe base.storeBytes(of: zero, toByteOffset: place, as: T.self)
      place += MemoryLayout<T>.size
    }
    store(UInt32(0))
    store(UInt16(0))
    store(UInt8(0))
  }
}
