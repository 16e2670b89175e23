/// How far the decoding of a frame has come.
struct FrameCursor {
  var maskByte = 0
  var group = 0
  var payload = 0
}

/// A frame's record with its sections found and checked: every size follows from the descriptor and the headers,
/// every header names a table entry, and all padding is 0 (SPEC.md sections 5.7 and 7.4).
///
/// In bounds: the sections are cut out of the record, and `init` holds their sizes against it before it reads them;
/// there are no more groups than the scratch has room for. The view is used while the caller holds record and scratch.
@safe
struct FrameView {
  let record: UnsafeRawBufferPointer
  let sections: FrameSections
  /// Header indices, in the scratch.
  let indices: UnsafePointer<UInt8>
  let groupCount: Int
  /// Checks a record. `offset` is its place in the file.
  init<K: CodecKernel>(
    _ record: UnsafeRawBufferPointer, frame: Int, decoder: FrameDecoder<K>, scratch: FrameScratch,
    at offset: UInt64
  ) throws(WeftError) {
    let name = decoder.descriptor.name
    func refuse(_ rule: WeftError.Rule, _ what: WeftError.Words, _ at: Int, _ expected: Int?, _ found: Int?)
      -> WeftError
    {
      WeftError(
        rule, "\(what) of frame \(frame)", offset: offset + UInt64(at), entry: name,
        expected: expected.map(Int64.init), found: found.map(Int64.init))
    }
    let body = RecordHeader.byteCount
    guard record.count >= FrameSections.prefix else {
      throw refuse(.truncated, "header", body, 16, record.count - body)
    }
    func field(_ place: Int) -> Int {
      unsafe Int(UInt32(littleEndian: record.loadUnaligned(fromByteOffset: body + 4 * place, as: UInt32.self)))
    }
    guard field(0) == frame & 0xFFFF_FFFF else { throw refuse(.sizeMismatch, "number", body, frame, field(0)) }
    let sections = FrameSections(mask: field(1), headers: field(2), payload: field(3))
    guard sections.recordByteCount == record.count else {
      throw refuse(.sizeMismatch, "sections", body + 4, record.count, sections.recordByteCount)
    }
    // All sections are padded, so the body is too: a shorter one in the same record would be another way to say it.
    let length = unsafe Int(clamping: UInt64(littleEndian: record.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    guard length == record.count - body else {
      throw refuse(.sizeMismatch, "record length", 8, record.count - body, length)
    }
    func checkZero(_ gap: Range<Int>) throws(WeftError) {
      for byte in gap where unsafe record[byte] != 0 {
        throw unsafe refuse(.reservedNotZero, "padding", byte, 0, Int(record[byte]))
      }
    }
    try checkZero(sections.mask.upperBound..<sections.headers.lowerBound)
    try checkZero(sections.headers.upperBound..<sections.payload.lowerBound)
    try checkZero(sections.payload.upperBound..<record.count)
    let (geometry, settings) = (decoder.geometry, decoder.settings)
    let lanes = settings.isCompacted ? geometry.flatLanes(ofFrame: frame).count : 0
    guard sections.mask.count == (lanes + 7) / 8 else {
      throw refuse(.sizeMismatch, "mask", body + 4, (lanes + 7) / 8, sections.mask.count)
    }
    if lanes % 8 != 0, unsafe record[sections.mask.upperBound - 1] >> UInt8(lanes % 8) != 0 {
      throw refuse(.reservedNotZero, "mask", sections.mask.upperBound - 1, nil, nil)
    }
    unsafe self.record = record
    self.sections = sections

    // Group counts need the mask; header bytes need the group count; payload bytes need the headers.
    groupCount =
      unsafe settings.isCompacted
      ? FrameView.keptGroups(record, sections.mask, settings.groupSize, decoder.kernel, kept: scratch.kept) { _ in }
      : geometry.groupCount(frame: frame)
    let bits = settings.table.headerBitCount
    guard sections.headers.count == (groupCount * bits + 7) / 8 else {
      throw refuse(.sizeMismatch, "headers", body + 8, (groupCount * bits + 7) / 8, sections.headers.count)
    }
    let headers = unsafe UnsafeRawBufferPointer(rebasing: record[sections.headers])
    if groupCount * bits % 8 != 0, unsafe headers.last! >> UInt8(groupCount * bits % 8) != 0 {
      throw refuse(.reservedNotZero, "headers", sections.headers.upperBound - 1, nil, nil)
    }
    precondition(groupCount <= scratch.indexCapacity)
    unsafe decoder.kernel.unpackHeaders(headers, bitCount: bits, count: groupCount, into: scratch.indices)
    unsafe indices = UnsafePointer(scratch.indices)
    guard
      let planes = unsafe decoder.kernel.sumPrecisions(indices, count: groupCount, coding: decoder.coding, counts: nil)
    else {
      let group = (0..<groupCount).first { unsafe decoder.coding.precisions[Int(scratch.indices[$0])] == 255 }!
      throw refuse(
        .invalidHeaderIndex, "group \(group)", sections.headers.lowerBound + group * bits / 8, nil,
        unsafe Int(scratch.indices[group]))
    }
    let payload = planes * settings.groupSize.wordByteCount
    guard payload == sections.payload.count else {
      throw refuse(.sizeMismatch, "payload", body + 12, payload, sections.payload.count)
    }
  }

  /// A part of a frame, one piece long, whose sections the caller has cut out; `scratch` gets its header indices.
  init(part: UnsafeRawBufferPointer, _ sections: FrameSections, groupCount: Int, scratch: FrameScratch) {
    unsafe record = part
    self.sections = sections
    self.groupCount = groupCount
    unsafe indices = UnsafePointer(scratch.indices)
  }

  /// Checks a part's headers against the table and its payload's size.
  func check<K: CodecKernel>(
    payloadOf groups: Int, _ coding: GroupCoding, _ entry: PlainText, frame: Int, kernel: K
  ) throws(WeftError) {
    for group in 0..<groups where unsafe coding.precisions[Int(indices[group])] == 255 {
      throw WeftError(
        .invalidHeaderIndex, "group \(group) of a piece of frame \(frame)", entry: entry,
        found: unsafe Int64(indices[group]))
    }
    let bytes = payloadBytes(groups: 0..<groups, coding, kernel: kernel)
    guard bytes == sections.payload.count else {
      throw WeftError(
        .sizeMismatch, "payload of a piece of frame \(frame)", entry: entry, expected: Int64(bytes),
        found: Int64(sections.payload.count))
    }
  }

  /// First byte of the mask section.
  var mask: UnsafePointer<UInt8> {
    unsafe (record.baseAddress! + sections.mask.lowerBound).assumingMemoryBound(to: UInt8.self)
  }

  /// The payload section from one of its bytes on.
  func payload(from offset: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: record[sections.payload.lowerBound + offset..<sections.payload.upperBound])
  }

  /// Groups of a compacted frame; `body` gets each piece's, and `kept` its lanes.
  @inline(__always)
  private static func keptGroups<K: CodecKernel>(
    _ record: UnsafeRawBufferPointer, _ mask: Range<Int>, _ groupSize: GroupSize, _ kernel: K,
    kept: UnsafeMutablePointer<UInt32>? = nil, _ body: (Int) -> Void
  ) -> Int {
    var groups = 0
    for start in stride(from: mask.lowerBound, to: mask.upperBound, by: LaneGeometry.pieceLanes / 8) {
      let piece = unsafe record[start..<min(start + LaneGeometry.pieceLanes / 8, mask.upperBound)]
      let lanes = unsafe kernel.countBits(UnsafeRawBufferPointer(rebasing: piece))
      unsafe kept?[(start - mask.lowerBound) / (LaneGeometry.pieceLanes / 8)] = UInt32(lanes)
      let here = groupSize.groupCount(lanes: lanes)
      body(here)
      groups += here
    }
    return groups
  }

  /// Offsets that the index must hold for the frame's pieces, and the groups with each stored precision.
  func pieceOffsets<K: CodecKernel>(
    frame: Int, _ decoder: FrameDecoder<K>
  ) -> (pieces: [PieceOffset], histogram: PrecisionHistogram) {
    let settings = decoder.settings
    var groups: [Int] = []
    if settings.isCompacted {
      _ = unsafe FrameView.keptGroups(record, sections.mask, settings.groupSize, decoder.kernel) { groups.append($0) }
    } else {
      let geometry = decoder.geometry
      groups = geometry.pieces(ofFrame: frame).map { geometry.groupCount(blocks: geometry.blocks(ofPiece: $0)) }
    }
    var counts = [16 of Int](repeating: 0)
    var (group, payload) = (0, 0)
    let pieces = groups.map { count in
      let offset = PieceOffset(payload: UInt32(payload), groups: UInt32(group))
      unsafe payload += withUnsafeMutableBytes(of: &counts) {
        unsafe settings.groupSize.wordByteCount
          * decoder.kernel.sumPrecisions(
            indices + group, count: count, coding: decoder.coding,
            counts: $0.baseAddress!.assumingMemoryBound(to: Int.self))!
      }
      group += count
      return offset
    }
    return (pieces, decoder.coding.histogram(counts))
  }

  /// Payload bytes of consecutive groups whose headers were checked.
  @inline(__always)
  func payloadBytes<K: CodecKernel>(groups: Range<Int>, _ coding: GroupCoding, kernel: K) -> Int {
    let planes = unsafe kernel.sumPrecisions(
      indices + groups.lowerBound, count: groups.count, coding: coding, counts: nil)
    return planes! * coding.groupSize.wordByteCount
  }
}
