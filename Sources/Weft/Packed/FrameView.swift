/// How far the decoding of a frame has come.
struct FrameCursor {
  var maskByte = 0
  var group = 0
  var payload = 0
}

/// A frame's record with its sections found and checked: every size follows from the descriptor and the headers,
/// every header names a table entry, and all padding is 0 (SPEC.md sections 5.7 and 7.4).
///
/// In bounds: the sections are cut out of the record, and `view` holds their sizes against it before it reads them;
/// there are no more groups than the scratch has room for. The view is used while the caller holds record and scratch.
@safe
struct FrameView {
  let record: UnsafeRawBufferPointer
  let sections: FrameSections
  /// Header indices, in the scratch.
  let indices: UnsafePointer<UInt8>
  let groupCount: Int

  /// A frame, or a part of one piece, whose sections the caller has found; the header indices lie in `scratch`, or get
  /// there next.
  init(_ record: UnsafeRawBufferPointer, _ sections: FrameSections, groupCount: Int, scratch: FrameScratch) {
    unsafe self.record = record
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
  static func keptGroups<K: CodecKernel>(
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
