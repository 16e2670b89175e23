extension FrameDecoder {
  /// What checking a frame brings to light, for comparison with the index and over the whole tensor.
  public struct FrameFindings {
    public var histogram: PrecisionHistogram
    public var pieces: [PieceOffset]
    /// Some packed value is negative.
    public var hasNegative: Bool
  }

  /// The encoder's coding.
  private var encoding: GroupCoding {
    let (type, isExact) = (descriptor.elementType, settings.order.isArrayOrder)
    return GroupCoding(
      laneByteCount: isExact ? 2 : type.byteCount, rebase: settings.rebase, width: isExact ? 16 : type.width,
      isSigned: settings.isSigned, groupSize: settings.groupSize, table: settings.table)
  }

  /// Checks that a frame's bytes are canonical (SPEC.md section 9.3): unpacks piece by piece, packs again and
  /// compares. `record` and `offset` are as in `decode`. Cost: one unpacking and one packing of the frame.
  ///
  /// In bounds: the scratch has room for a piece's lanes, twice, and for its mask, indices and rows packed again, which
  /// are compared over the counts that the view has held against the record.
  @specialized(where K == Kernel)
  public func verify(
    frame: Int, record: UnsafeRawBufferPointer, at offset: UInt64, scratch: FrameScratch
  ) throws(WeftError) -> FrameFindings {
    let view = try unsafe view(of: record, frame: frame, scratch: scratch, at: offset)
    let encoding = encoding
    let pieces = geometry.pieces(ofFrame: frame)
    var cursor = FrameCursor()
    var hasNegative = false
    for piece in pieces {
      try geometry.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece)) { segment, lanes throws(WeftError) in
        let before = cursor
        unsafe decodePart(
          lanes.count, segment.blockLanes, view, &cursor, scratch, scratch.lanes,
          LaneTarget(signExtends: descriptor.elementType.isSigned))
        func refuse(_ what: WeftError.Words, _ section: Range<Int>, _ byte: Int) -> WeftError {
          WeftError(
            .notCanonical, "\(what) of frame \(frame), piece \(piece - pieces.lowerBound)",
            offset: offset + UInt64(section.lowerBound + byte), entry: descriptor.name)
        }
        guard unsafe absentLanesAreZero(segment, lanes, scratch.lanes) else {
          throw refuse("absent lane", view.sections.payload, before.payload)
        }
        hasNegative = unsafe hasNegative || (settings.isSigned && containsNegative(scratch.lanes, lanes.count))
        var (source, count) = unsafe (UnsafeRawPointer(scratch.lanes), lanes.count)
        if settings.isCompacted {
          count = unsafe kernel.compact(
            scratch.lanes, count: lanes.count, coding: coding, mask: scratch.mask, dense: scratch.dense)
          for byte in 0..<(lanes.count + 7) / 8 where unsafe scratch.mask[byte] != view.mask[before.maskByte + byte] {
            throw refuse("mask", view.sections.mask, before.maskByte + byte)
          }
          unsafe source = UnsafeRawPointer(scratch.dense)
        } else if encoding.laneByteCount > coding.laneByteCount {
          unsafe widen(scratch.lanes, count, into: scratch.dense)
          unsafe source = UnsafeRawPointer(scratch.dense)
        }
        let bytes = unsafe kernel.encode(
          source, count: count, blockLanes: segment.blockLanes, coding: encoding, indices: scratch.again,
          payload: scratch.rows)
        for group in 0..<cursor.group - before.group
        where unsafe bytes == nil || scratch.again[group] != view.indices[before.group + group] {
          let bits = settings.table.headerBitCount
          throw refuse("group header", view.sections.headers, (before.group + group) * bits / 8)
        }
        guard let bytes, bytes == cursor.payload - before.payload else {
          throw refuse("payload", view.sections.payload, before.payload)
        }
        let payload = view.sections.payload.lowerBound + before.payload
        for byte in 0..<bytes where unsafe scratch.rows[byte] != record[payload + byte] {
          throw refuse("payload", view.sections.payload, before.payload + byte)
        }
      }
    }
    let (offsets, histogram) = view.pieceOffsets(frame: frame, self)
    return FrameFindings(histogram: histogram, pieces: offsets, hasNegative: hasNegative)
  }

  /// Checks what only shows over all frames: in the array's orders two's complement is read only where needed.
  @specialized(where K == Kernel)
  public func verifyReading(hasNegative: Bool) throws(WeftError) {
    guard settings.order.isArrayOrder, settings.isSigned, !hasNegative else { return }
    throw WeftError(.notCanonical, "reading is two's complement without a negative value", entry: descriptor.name)
  }

  private func lane(_ lanes: UnsafeRawPointer, _ index: Int) -> UInt16 {
    unsafe coding.laneByteCount == 1
      ? UInt16(lanes.load(fromByteOffset: index, as: UInt8.self))
      : UInt16(littleEndian: lanes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
  }

  private func absentLanesAreZero(_ segment: Segment, _ lanes: Range<Int>, _ decoded: UnsafeRawPointer) -> Bool {
    var isZero = true
    var next = 0
    func check(upTo end: Int) {
      while next < end {
        if unsafe coding.packed(lane(decoded, next)) != 0 { isZero = false }
        next += 1
      }
    }
    geometry.forEachRun(in: segment, lanes: lanes) { run in
      check(upTo: run.lane)
      next = run.lane + run.count
    }
    check(upTo: lanes.count)
    return isZero
  }

  private func containsNegative(_ lanes: UnsafeRawPointer, _ count: Int) -> Bool {
    let signExtends = descriptor.elementType.isSigned
    return (0..<count).contains { index in
      unsafe element(lane(lanes, index), signExtends) < settings.rebase
    }
  }

  private func element(_ lane: UInt16, _ signExtends: Bool) -> Int32 {
    guard signExtends else { return Int32(lane) }
    return coding.laneByteCount == 1
      ? Int32(Int8(truncatingIfNeeded: lane)) : Int32(Int16(bitPattern: lane))
  }

  private func widen(_ lanes: UnsafeRawPointer, _ count: Int, into wide: UnsafeMutableRawPointer) {
    let signExtends = descriptor.elementType.isSigned
    for index in 0..<count {
      let value = unsafe UInt16(truncatingIfNeeded: element(lane(lanes, index), signExtends))
      unsafe wide.storeBytes(of: value.littleEndian, toByteOffset: 2 * index, as: UInt16.self)
    }
  }
}
