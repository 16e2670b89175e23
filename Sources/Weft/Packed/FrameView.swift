/// How far the decoding of a frame has come.
struct FrameCursor {
  var maskByte = 0
  var group = 0
  var payload = 0
}

/// A frame's record with its sections found and checked: every size follows from the descriptor and the headers,
/// every header names a table entry, and all padding is 0 (SPEC.md sections 5.7 and 7.4).
struct FrameView {
  let record: UnsafeRawBufferPointer
  let sections: FrameSections
  /// Header indices, in the scratch.
  let indices: UnsafePointer<UInt8>
  let groupCount: Int
  private let firstPiece: Int
  /// Cursor at the start of each piece of the frame.
  private let starts: [FrameCursor]

  /// Checks a record. `offset` is its place in the file.
  init<K: CodecKernel>(
    _ record: UnsafeRawBufferPointer, frame: Int, decoder: FrameDecoder<K>, scratch: FrameScratch,
    at offset: UInt64
  ) throws(WeftError) {
    let name = decoder.descriptor.name
    func refuse(_ rule: WeftError.Rule, _ what: String, _ at: Int, _ expected: Int?, _ found: Int?) -> WeftError {
      WeftError(
        rule, "\(what) of frame \(frame)", offset: offset + UInt64(at), entry: name,
        expected: expected.map(Int64.init), found: found.map(Int64.init))
    }
    let body = RecordHeader.byteCount
    guard record.count >= FrameSections.prefix else {
      throw refuse(.truncated, "header", body, 16, record.count - body)
    }
    let fields = (0..<4).map {
      Int(UInt32(littleEndian: record.loadUnaligned(fromByteOffset: body + 4 * $0, as: UInt32.self)))
    }
    guard fields[0] == frame & 0xFFFF_FFFF else { throw refuse(.sizeMismatch, "number", body, frame, fields[0]) }
    let sections = FrameSections(mask: fields[1], headers: fields[2], payload: fields[3])
    guard sections.recordByteCount == record.count else {
      throw refuse(.sizeMismatch, "sections", body + 4, record.count, sections.recordByteCount)
    }
    for gap in [
      sections.mask.upperBound..<sections.headers.lowerBound,
      sections.headers.upperBound..<sections.payload.lowerBound, sections.payload.upperBound..<record.count,
    ] {
      for byte in gap where record[byte] != 0 { throw refuse(.reservedNotZero, "padding", byte, 0, Int(record[byte])) }
    }
    let (geometry, settings) = (decoder.geometry, decoder.settings)
    let lanes = settings.isCompacted ? geometry.flatLanes(ofFrame: frame).count : 0
    guard sections.mask.count == (lanes + 7) / 8 else {
      throw refuse(.sizeMismatch, "mask", body + 4, (lanes + 7) / 8, sections.mask.count)
    }
    if lanes % 8 != 0, record[sections.mask.upperBound - 1] >> UInt8(lanes % 8) != 0 {
      throw refuse(.reservedNotZero, "mask", sections.mask.upperBound - 1, nil, nil)
    }
    self.record = record
    self.sections = sections

    // Group counts need the mask; header bytes need the group count; payload bytes need the headers.
    let pieces = geometry.pieces(ofFrame: frame)
    let maskBase = (record.baseAddress! + sections.mask.lowerBound).assumingMemoryBound(to: UInt8.self)
    var starts: [FrameCursor] = []
    var cursor = FrameCursor()
    for piece in pieces {
      starts.append(cursor)
      if settings.isCompacted {
        let bytes = min(LaneGeometry.pieceLanes / 8, sections.mask.count - cursor.maskByte)
        cursor.group += settings.groupSize.groupCount(lanes: popcount(maskBase + cursor.maskByte, lanes: 8 * bytes))
        cursor.maskByte += bytes
      } else {
        cursor.group += geometry.groupCount(blocks: geometry.blocks(ofPiece: piece))
      }
    }
    let bits = settings.table.headerBitCount
    guard sections.headers.count == (cursor.group * bits + 7) / 8 else {
      throw refuse(.sizeMismatch, "headers", body + 8, (cursor.group * bits + 7) / 8, sections.headers.count)
    }
    let headers = UnsafeRawBufferPointer(rebasing: record[sections.headers])
    if cursor.group * bits % 8 != 0, headers.last! >> UInt8(cursor.group * bits % 8) != 0 {
      throw refuse(.reservedNotZero, "headers", sections.headers.upperBound - 1, nil, nil)
    }
    precondition(cursor.group <= scratch.indexCapacity)
    decoder.kernel.unpackHeaders(headers, bitOffset: 0, bitCount: bits, count: cursor.group, into: scratch.indices)
    indices = UnsafePointer(scratch.indices)
    groupCount = cursor.group
    firstPiece = pieces.lowerBound

    var payload = 0
    let headerIndices = UnsafePointer(scratch.indices)
    for (place, _) in pieces.enumerated() {
      starts[place].payload = payload
      let end = place + 1 < starts.count ? starts[place + 1].group : cursor.group
      let groups = starts[place].group..<end
      let own = decoder.kernel.storedBits(
        headerIndices + groups.lowerBound, count: groups.count, coding: decoder.coding)
      guard let own else {
        let bad = groups.first { decoder.coding.precisions[Int(headerIndices[$0])] == 255 }!
        throw refuse(
          .invalidHeaderIndex, "group \(bad)", sections.headers.lowerBound + bad * bits / 8, nil,
          Int(headerIndices[bad]))
      }
      payload += own * settings.groupSize.wordByteCount
    }
    self.starts = starts
    guard payload == sections.payload.count else {
      throw refuse(.sizeMismatch, "payload", body + 12, payload, sections.payload.count)
    }
  }

  /// A part of a frame, one piece long, whose sections the caller has cut out; `scratch` gets its header indices.
  init(part: UnsafeRawBufferPointer, _ sections: FrameSections, groupCount: Int, scratch: FrameScratch) {
    record = part
    self.sections = sections
    self.groupCount = groupCount
    indices = UnsafePointer(scratch.indices)
    firstPiece = 0
    starts = []
  }

  /// Checks a part's headers against the table and its payload's size.
  func check(payloadOf groups: Int, _ coding: GroupCoding, _ entry: String, frame: Int) throws(WeftError) {
    for group in 0..<groups where coding.precisions[Int(indices[group])] == 255 {
      throw WeftError(
        .invalidHeaderIndex, "group \(group) of a piece of frame \(frame)", entry: entry,
        found: Int64(indices[group]))
    }
    let bytes = payloadBytes(groups: 0..<groups, coding)
    guard bytes == sections.payload.count else {
      throw WeftError(
        .sizeMismatch, "payload of a piece of frame \(frame)", entry: entry, expected: Int64(bytes),
        found: Int64(sections.payload.count))
    }
  }

  /// First byte of the mask section.
  var mask: UnsafePointer<UInt8> {
    (record.baseAddress! + sections.mask.lowerBound).assumingMemoryBound(to: UInt8.self)
  }

  /// The cursor at the start of a piece, by its number in the tensor.
  func start(ofPiece piece: Int, _ settings: PackingSettings) -> FrameCursor {
    piece - firstPiece < starts.count ? starts[piece - firstPiece] : FrameCursor()
  }

  /// Offsets that the index must hold for the frame's pieces.
  var pieceOffsets: [PieceOffset] {
    starts.map { PieceOffset(payload: UInt32($0.payload), groups: UInt32($0.group)) }
  }

  /// Payload bytes of consecutive groups.
  @inline(__always)
  func payloadBytes(groups: Range<Int>, _ coding: GroupCoding) -> Int {
    var bits = 0
    for group in groups { bits += Int(coding.precisions[Int(indices[group])]) }
    return bits * coding.groupSize.wordByteCount
  }

  /// Groups with each stored precision.
  func histogram(_ coding: GroupCoding) -> PrecisionHistogram {
    var result = PrecisionHistogram()
    for group in 0..<groupCount { result[Int(coding.precisions[Int(indices[group])])] += 1 }
    return result
  }
}
