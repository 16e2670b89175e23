extension FrameDecoder {
  /// Finds and checks the sections of a frame's record, which lies at `offset` of the file; `checksEnd` says whether
  /// the padding behind the payload is looked at, which is far from all else that is read.
  ///
  /// In bounds: all that is read of the record has been held against its size, and the scratch has room for the indices
  /// of the most groups that a frame can have.
  func view(
    of record: UnsafeRawBufferPointer, frame: Int, scratch: FrameScratch, at offset: UInt64, checksEnd: Bool = true
  ) throws(WeftError) -> FrameView {
    func refuse(_ rule: WeftError.Rule, _ what: WeftError.Words, _ at: Int, _ expected: Int?, _ found: Int?)
      -> WeftError
    {
      WeftError(
        rule, "\(what) of frame \(frame)", offset: offset + UInt64(at), entry: descriptor.name,
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
    try unsafe checkPadding(sections.mask.upperBound..<sections.headers.lowerBound, of: record, frame, at: offset)
    try unsafe checkPadding(sections.headers.upperBound..<sections.payload.lowerBound, of: record, frame, at: offset)
    if checksEnd { try unsafe checkPadding(sections.payload.upperBound..<record.count, of: record, frame, at: offset) }
    let lanes = settings.isCompacted ? geometry.flatLanes(ofFrame: frame).count : 0
    guard sections.mask.count == (lanes + 7) / 8 else {
      throw refuse(.sizeMismatch, "mask", body + 4, (lanes + 7) / 8, sections.mask.count)
    }
    if lanes % 8 != 0, unsafe record[sections.mask.upperBound - 1] >> UInt8(lanes % 8) != 0 {
      throw refuse(.reservedNotZero, "mask", sections.mask.upperBound - 1, nil, nil)
    }
    // Group counts need the mask; header bytes need the group count; payload bytes need the headers.
    let groupCount =
      unsafe settings.isCompacted
      ? FrameView.keptGroups(record, sections.mask, settings.groupSize, kernel, kept: scratch.kept) { _ in }
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
    unsafe kernel.unpackHeaders(headers, bitCount: bits, count: groupCount, into: scratch.indices)
    guard
      let planes = unsafe kernel.sumPrecisions(scratch.indices, count: groupCount, coding: coding, counts: nil)
    else {
      let group = (0..<groupCount).first { unsafe coding.precisions[Int(scratch.indices[$0])] == 255 }!
      throw refuse(
        .invalidHeaderIndex, "group \(group)", sections.headers.lowerBound + group * bits / 8, nil,
        unsafe Int(scratch.indices[group]))
    }
    let payload = planes * settings.groupSize.wordByteCount
    guard payload == sections.payload.count else {
      throw refuse(.sizeMismatch, "payload", body + 12, payload, sections.payload.count)
    }
    return unsafe FrameView(record, sections, groupCount: groupCount, scratch: scratch)
  }

  /// Checks that bytes between and behind the sections of a frame's record are 0.
  func checkPadding(
    _ gap: Range<Int>, of record: UnsafeRawBufferPointer, _ frame: Int, at offset: UInt64
  ) throws(WeftError) {
    // Sections lie in the record, one after the other.
    for byte in gap where unsafe record[byte] != 0 {
      throw unsafe WeftError(
        .reservedNotZero, "padding of frame \(frame)", offset: offset + UInt64(byte), entry: descriptor.name,
        expected: 0, found: Int64(record[byte]))
    }
  }
}
