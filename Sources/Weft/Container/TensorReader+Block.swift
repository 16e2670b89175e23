extension TensorReader {
  /// The values of one block in lane order, absent lanes as the rebase constant.
  ///
  /// Blocks are numbered through the tensor as SPEC.md section 4.1 cuts them (without regard to zero compaction).
  /// Reads the first 32 bytes of the frame's record, and mask, headers and payload of the block's piece: less than
  /// a frame, so the frame's checksum is not checked (SPEC.md section 8); sizes and headers are.
  public func read(block: Int) throws(WeftError) -> [Int32] {
    let geometry = decoder.geometry
    guard block >= 0, block < geometry.blockCount else {
      throw WeftError(
        .fieldOutOfRange, "block", entry: entry.name, expected: Int64(geometry.blockCount), found: Int64(block))
    }
    let piece = block / geometry.blocksPerPiece
    let part = try readPart(piece: piece)
    let type = descriptor.elementType
    let scratch = decoder.makeScratch()
    var values: [Int32] = []
    var cursor = FrameCursor()
    var next = geometry.blocks(ofPiece: piece).lowerBound
    // In bounds: the sections were cut out of the piece's bytes; there are at most as many groups as a frame can have,
    // which is what the scratch has room for; `check` has held the payload against the headers before it is decoded.
    try unsafe withBytes(of: part.bytes) { bytes throws(WeftError) in
      let view = unsafe FrameView(bytes, part.sections, groupCount: part.groupCount, scratch: scratch)
      let headers = unsafe shifted(bytes[part.sections.headers], by: part.headerBit)
      unsafe headers.withUnsafeBytes {
        unsafe decoder.kernel.unpackHeaders(
          $0, bitCount: settings.table.headerBitCount, count: part.groupCount, into: scratch.indices)
      }
      try view.check(
        payloadOf: part.groupCount, decoder.coding, entry.name, frame: part.frame, kernel: decoder.kernel)
      geometry.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece)) { segment, lanes in
        unsafe decoder.decodePart(
          lanes.count, segment.blockLanes, view, &cursor, scratch, scratch.lanes,
          LaneTarget(signExtends: type.isSigned))
        let blocks = (lanes.count + segment.blockLanes - 1) / segment.blockLanes
        if (next..<next + blocks).contains(block) {
          let first = (block - next) * segment.blockLanes
          for lane in first..<min(lanes.count, first + segment.blockLanes) {
            unsafe values.append(element(scratch.lanes, lane, type))
          }
        }
        next += blocks
      }
    }
    return values
  }

  /// Bytes without the first `bits` bits, 0...7.
  private func shifted(_ bytes: Slice<UnsafeRawBufferPointer>, by bits: Int) -> [UInt8] {
    // The slice's own indices; the byte above the last is not read.
    guard bits > 0 else { return unsafe Array(bytes) }
    var result: [UInt8] = []
    unsafe result.reserveCapacity(bytes.count)
    for place in unsafe bytes.indices {
      let above = unsafe place + 1 < bytes.endIndex ? bytes[place + 1] : 0
      unsafe result.append(bytes[place] >> UInt8(bits) | above << UInt8(8 - bits))
    }
    return result
  }

  /// The bytes of one piece, read with as little around them as the format allows.
  private struct PiecePart {
    var frame: Int
    /// Mask, headers and payload of the piece, one after the other.
    var bytes: [UInt8]
    var sections: FrameSections
    /// Bit of the first header in the headers' first byte.
    var headerBit: Int
    var groupCount: Int
  }

  private func readPart(piece: Int) throws(WeftError) -> PiecePart {
    let geometry = decoder.geometry
    let frame = piece / LaneGeometry.piecesPerFrame
    let range = entry.range(ofPart: frame)
    let prefix = try container.bytes(range.lowerBound..<range.lowerBound + UInt64(FrameSections.prefix))
    // Fields of the 32 bytes read.
    let sizes = (1...3).map { field in
      unsafe prefix.withUnsafeBytes {
        unsafe Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 16 + 4 * field, as: UInt32.self)))
      }
    }
    let whole = FrameSections(mask: sizes[0], headers: sizes[1], payload: sizes[2])
    guard range.count >= FrameSections.prefix, whole.recordByteCount == range.count else {
      throw WeftError(
        .sizeMismatch, "sections of frame \(frame)", offset: range.lowerBound, entry: entry.name,
        expected: Int64(range.count), found: Int64(whole.recordByteCount))
    }
    let inFrame = piece % LaneGeometry.piecesPerFrame
    let isLast = piece + 1 == geometry.pieces(ofFrame: frame).upperBound
    let here = entry.parts[piece: piece]
    let payloadEnd = isLast ? whole.payload.count : Int(entry.parts[piece: piece + 1].payload)
    var mask = whole.mask
    var groupCount = geometry.groupCount(blocks: geometry.blocks(ofPiece: piece))
    if settings.isCompacted {
      let start = whole.mask.lowerBound + inFrame * LaneGeometry.pieceLanes / 8
      mask = start..<min(whole.mask.upperBound, start + LaneGeometry.pieceLanes / 8)
      guard mask.lowerBound < mask.upperBound, whole.mask.count == (geometry.flatLanes(ofFrame: frame).count + 7) / 8
      else { throw WeftError(.sizeMismatch, "mask of frame \(frame)", offset: range.lowerBound, entry: entry.name) }
    } else {
      mask = mask.lowerBound..<mask.lowerBound
    }
    var bytes = try container.bytes(absolute(mask, range))
    if settings.isCompacted {
      groupCount = settings.groupSize.groupCount(lanes: bytes.reduce(0) { $0 + $1.nonzeroBitCount })
    }
    let bits = settings.table.headerBitCount
    let firstBit = Int(here.groups) * bits
    let headers =
      whole.headers.lowerBound + firstBit / 8..<whole.headers.lowerBound + (firstBit + groupCount * bits + 7) / 8
    let payload = (whole.payload.lowerBound + Int(here.payload), whole.payload.lowerBound + payloadEnd)
    guard headers.upperBound <= whole.headers.upperBound, payload.0 <= payload.1, payload.1 <= whole.payload.upperBound
    else { throw WeftError(.indexMismatch, "piece \(piece)", offset: range.lowerBound, entry: entry.name) }
    bytes += try container.bytes(absolute(headers, range))
    bytes += try container.bytes(absolute(payload.0..<payload.1, range))
    var sections = FrameSections()
    sections.mask = 0..<mask.count
    sections.headers = mask.count..<mask.count + headers.count
    sections.payload = mask.count + headers.count..<bytes.count
    return PiecePart(
      frame: frame, bytes: bytes, sections: sections, headerBit: firstBit % 8, groupCount: groupCount)
  }

  private func absolute(_ section: Range<Int>, _ record: Range<UInt64>) -> Range<UInt64> {
    record.lowerBound + UInt64(section.lowerBound)..<record.lowerBound + UInt64(section.upperBound)
  }

  private func element(_ lanes: UnsafeRawPointer, _ lane: Int, _ type: ElementType) -> Int32 {
    // `read` asks for lanes of the part that was decoded, and the scratch has room for a piece of any width.
    switch (type.byteCount, type.isSigned) {
    case (1, true): unsafe Int32((lanes + lane).load(as: Int8.self))
    case (1, false): unsafe Int32((lanes + lane).load(as: UInt8.self))
    case (_, true): unsafe Int32(Int16(littleEndian: (lanes + 2 * lane).loadUnaligned(as: Int16.self)))
    case (_, false): unsafe Int32(UInt16(littleEndian: (lanes + 2 * lane).loadUnaligned(as: UInt16.self)))
    }
  }
}
