extension FrameEncoder {
  /// The most bytes that the records of all frames can take together.
  public var byteBound: Int {
    frameCount * frameByteBound
  }

  /// The most bytes that the record of one frame can take.
  var frameByteBound: Int { geometry.frameByteBound(largest: settings.table.largest) }

  /// Packs all frames into `memory`, one record directly after the other, without an allocation.
  ///
  /// - Parameters:
  ///   - memory: room for the records; `byteBound` bytes are always enough.
  ///   - buffer: working memory of this encoder's making.
  ///   - isSealed: fill in checksums, which `decode(records:into:scratch:)` can then check.
  /// - Returns: the bytes written.
  /// - Throws: `precisionTooSmall` when a group fits no table entry; `limitExceeded` when `memory` is too small.
  ///
  /// Cost: one pass over the values. Large tensors may be written around the caches.
  @specialized(where K == Kernel)
  public func encode(
    into memory: UnsafeMutableRawBufferPointer, buffer: FrameBuffer, isSealed: Bool = false
  ) throws(WeftError) -> Int {
    var byteCount = 0
    defer { if streams { kernel.settleStores() } }
    for frame in 0..<frameCount {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[byteCount...])
      unsafe byteCount += try encode(unsettled: frame, into: rest, buffer: buffer, isSealed: isSealed)
    }
    return byteCount
  }

  /// Packs one frame into `memory`, from its start on; returns the bytes of its record. Parameters, errors and cost are
  /// those of packing all frames; several threads may do so at once, each with a buffer and memory of its own: what lies
  /// behind the record may be written over.
  @specialized(where K == Kernel)
  public func encode(
    frame: Int, into memory: UnsafeMutableRawBufferPointer, buffer: FrameBuffer, isSealed: Bool = false
  ) throws(WeftError) -> Int {
    defer { if streams { kernel.settleStores() } }
    return try unsafe encode(unsettled: frame, into: memory, buffer: buffer, isSealed: isSealed)
  }

  /// The same; large tensors' stores are still to be settled.
  @specialized(where K == Kernel)
  private func encode(
    unsettled frame: Int, into memory: UnsafeMutableRawBufferPointer, buffer: FrameBuffer, isSealed: Bool
  ) throws(WeftError) -> Int {
    if isFlat, memory.count >= frameByteBound {
      return try unsafe pack(frame, into: memory, buffer, isSealed: isSealed, streams: streams).recordByteCount
    }
    // Less room than any frame may need: the record is copied there where it fits.
    try encode(frame: frame, into: buffer, isSealed: isSealed)
    let record = unsafe buffer.record
    guard record.count <= memory.count else { throw tooSmall(memory.count) }
    unsafe memory.baseAddress!.copyMemory(from: record.baseAddress!, byteCount: record.count)
    return record.count
  }

  /// Whether packed frames are written around the caches: a tensor of `LaneTarget.streamingByteCount` bytes or more does
  /// not fit them, and its first frames would be gone before they are read again. Rows of zero compaction are moved first.
  var streams: Bool { !settings.isCompacted && tensor.descriptor.byteCount >= LaneTarget.streamingByteCount }

  /// Packs a frame whose lanes are one run into memory with room for any frame, where it stays, and leaves in the buffer
  /// what `describe` asks for. The rows' checksum is taken while they are written or moved, before that of what precedes
  /// them. With `streams`, stores are still to be settled.
  @specialized(where K == Kernel)
  func pack(
    _ frame: Int, into memory: UnsafeMutableRawBufferPointer, _ buffer: FrameBuffer, isSealed: Bool, streams: Bool
  ) throws(WeftError) -> FrameSections {
    let lanes = geometry.flatLanes(ofFrame: frame)
    let headerBits = settings.table.headerBitCount
    let maskBytes = settings.isCompacted ? (lanes.count + 7) / 8 : 0
    func sections(groups: Int) -> FrameSections {
      FrameSections(mask: maskBytes, headers: (groups * headerBits + 7) / 8, payload: 0)
    }
    // Zero compaction leaves no more groups, since pieces are whole ones. How many is known last; until then rows lie
    // behind where they belong.
    let bound = sections(groups: settings.groupSize.groupCount(lanes: lanes.count)).payload.lowerBound
    // The caller has asked for room for any frame: prefix, mask, headers, rows and padding.
    let payload = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[bound...])
    let blockLanes = settings.block.laneCount(groupSize: settings.groupSize)
    var checksum: UInt32 = 0
    let packed: Int?
    if settings.isCompacted {
      packed = unsafe kernel.encodePieces(
        self.lanes(ofFrame: frame, lanes, buffer), count: lanes.count, blockLanes: blockLanes, coding: coding,
        mask: (memory.baseAddress! + FrameSections.prefix).assumingMemoryBound(to: UInt8.self), dense: buffer.dense,
        kept: buffer.kept, indices: buffer.indices, payload: payload)
    } else {
      if streams { unsafe kernel.expectStores(to: UnsafeMutableRawBufferPointer(rebasing: memory[..<bound])) }
      packed = unsafe withUnsafeMutablePointer(to: &checksum) {
        unsafe kernel.encode(
          self.lanes(ofFrame: frame, lanes, buffer), count: lanes.count, blockLanes: blockLanes, coding: coding,
          indices: buffer.indices, payload: payload, streams: streams, checksum: isSealed ? $0 : nil)
      }
    }
    // Until they are described.
    buffer.pieceCount = 0
    guard let bytes = packed else { throw unfitting }
    let groups = countGroups(lanes, buffer)
    var sections = sections(groups: groups)
    let start = sections.payload.lowerBound
    sections.payload = start..<start + bytes
    if settings.isCompacted {
      unsafe withUnsafeMutablePointer(to: &checksum) {
        unsafe kernel.moveDown(
          UnsafeRawBufferPointer(rebasing: payload[..<bytes]), to: memory.baseAddress! + start,
          checksum: isSealed ? $0 : nil)
      }
    }
    unsafe buffer.layDown(
      frame: frame, sections, groups: groups, headerBits: headerBits, at: memory.baseAddress!, kernel: kernel)
    if isSealed {
      let record = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<sections.recordByteCount])
      unsafe RecordHeader.seal(record, rows: sections.payload, checksum: checksum, kernel: kernel)
    }
    return sections
  }

  /// The lanes of a frame whose lanes are one run: those of `linear` order are the elements, from the frame's first on.
  @inline(__always)
  private func lanes(ofFrame frame: Int, _ lanes: Range<Int>, _ buffer: FrameBuffer) -> UnsafeRawPointer {
    unsafe settings.order == .linear
      ? tensor.region.bytes.baseAddress! + lanes.lowerBound * coding.laneByteCount
      : gather(frame, buffer)
  }

  /// The lanes of a frame of another flat order, in the buffer.
  private func gather(_ frame: Int, _ buffer: FrameBuffer) -> UnsafeRawPointer {
    let source = LaneSource(
      tensor, geometry: geometry, laneByteCount: coding.laneByteCount, rebase: settings.rebase)
    // The buffer was made for the geometry.
    return unsafe source.lanes(ofFrame: frame, scratch: buffer.gathered)
  }

  private func pieceCount(_ lanes: Range<Int>) -> Int {
    (lanes.count + LaneGeometry.pieceLanes - 1) / LaneGeometry.pieceLanes
  }

  /// Counts the groups of each piece; returns their sum.
  private func countGroups(_ lanes: Range<Int>, _ buffer: FrameBuffer) -> Int {
    let (kept, perPiece, groupSize) = unsafe (buffer.kept, buffer.groups, settings.groupSize)
    let pieces = pieceCount(lanes)
    guard settings.isCompacted else {
      // All pieces are full but the last.
      let full = groupSize.groupCount(lanes: LaneGeometry.pieceLanes)
      let all = groupSize.groupCount(lanes: lanes.count)
      for piece in 0..<pieces { unsafe perPiece[piece] = UInt32(min(full, all - piece * full)) }
      return all
    }
    var sum = 0
    for piece in 0..<pieces {
      let groups = unsafe groupSize.groupCount(lanes: Int(kept[piece]))
      unsafe perPiece[piece] = UInt32(groups)
      sum += groups
    }
    return sum
  }

  /// What the index says of the frame packed directly last: where its pieces begin, in the buffer, and its groups, which
  /// are added to the counts by header index.
  @specialized(where K == Kernel)
  func describe(_ frame: Int, _ buffer: FrameBuffer, addingTo counts: inout [16 of Int]) {
    let pieces = pieceCount(geometry.flatLanes(ofFrame: frame))
    buffer.pieceCount = pieces
    unsafe withUnsafeMutableBytes(of: &counts) {
      // The encoder's own indices all name an entry.
      _ = unsafe kernel.sumPieces(
        buffer.indices, groups: buffer.groups, pieceCount: pieces, coding: coding,
        counts: $0.baseAddress!.assumingMemoryBound(to: Int.self), sums: buffer.sums)
    }
    let (groups, sums, offsets) = unsafe (buffer.groups, buffer.sums, buffer.offsets)
    let wordByteCount = UInt32(settings.groupSize.wordByteCount)
    var offset = PieceOffset(payload: 0, groups: 0)
    for piece in 0..<pieces {
      unsafe offsets[piece] = offset.littleEndian
      unsafe offset.groups += groups[piece]
      unsafe offset.payload += sums[piece] * wordByteCount
    }
  }

  private func tooSmall(_ byteCount: Int) -> WeftError {
    WeftError(
      .limitExceeded, "memory for packed frames", entry: tensor.descriptor.name, expected: Int64(byteCount))
  }
}

extension FrameDecoder {
  /// Unpacks records that lie directly one after the other, as `FrameEncoder.encode(into:buffer:isSealed:)` leaves
  /// them.
  ///
  /// - Parameters:
  ///   - records: the records of all frames and nothing else.
  ///   - memory: room for the tensor's elements.
  ///   - scratch: working memory of this decoder's making.
  ///   - checksums: check each record's checksum.
  /// - Throws: the rule of SPEC.md that a frame breaks, with its offset in `records`.
  ///
  /// Cost: one pass over the records. Large tensors are written around the caches.
  @specialized(where K == Kernel)
  public func decode(
    records: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer, scratch: FrameScratch,
    checksums: Bool = false
  ) throws(WeftError) {
    // A record is cut out of `records` where it ends before they do; `memory` has room for all elements.
    let window = unsafe ElementWindow(indices: 0..<descriptor.valueCount, memory: memory)
    defer { settle(window) }
    var offset = 0
    for frame in 0..<frameCount {
      let left = unsafe UnsafeRawBufferPointer(rebasing: records[offset...])
      guard left.count >= RecordHeader.byteCount else {
        throw WeftError(
          .truncated, "frame \(frame)", offset: UInt64(offset), entry: descriptor.name, found: Int64(left.count))
      }
      let header = try unsafe RecordHeader(left, at: UInt64(offset))
      guard header.tag == .frame else {
        throw WeftError(.unexpectedRecord, "record tag", offset: UInt64(offset), entry: descriptor.name)
      }
      guard header.recordByteCount <= UInt64(left.count) else {
        throw WeftError(
          .truncated, "frame \(frame)", offset: UInt64(offset), entry: descriptor.name,
          expected: Int64(header.recordByteCount), found: Int64(left.count))
      }
      let record = unsafe UnsafeRawBufferPointer(rebasing: left[..<Int(header.recordByteCount)])
      try unsafe decode(
        frame: frame, record: record, at: UInt64(offset), scratch: scratch, into: window,
        checksum: checksums ? header.checksum : nil)
      offset += record.count
    }
    guard offset == records.count else {
      throw WeftError(.trailingBytes, "records", offset: UInt64(offset), entry: descriptor.name)
    }
  }
}
