extension FrameEncoder {
  /// The most bytes that the records of all frames can take together.
  public var byteBound: Int {
    frameCount * geometry.frameByteBound(largest: settings.table.largest)
  }

  /// Packs all frames into `memory`, one record directly after the other, without an allocation.
  ///
  /// - Parameters:
  ///   - memory: room for the records; `byteBound` bytes are always enough.
  ///   - buffer: working memory of this encoder's making.
  ///   - isSealed: fill in checksums, which `decode(records:into:scratch:)` can then check.
  /// - Returns: the bytes written.
  /// - Throws: `precisionTooSmall` when a group fits no table entry; `limitExceeded` when `memory` is too small.
  ///
  /// Cost: one pass over the values.
  @specialized(where K == Kernel)
  public func encode(
    into memory: UnsafeMutableRawBufferPointer, buffer: FrameBuffer, isSealed: Bool = false
  ) throws(WeftError) -> Int {
    // A frame is packed in place only where what is left of `memory` has room for any; else its record is copied there
    // where it fits.
    let streams = tensor.region.count >= LaneTarget.streamingByteCount
    var byteCount = 0
    for frame in 0..<frameCount {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[byteCount...])
      if isInPlace, rest.count >= geometry.frameByteBound(largest: settings.table.largest) {
        unsafe byteCount += try encode(frame: frame, directlyInto: rest, buffer, isSealed: isSealed)
        continue
      }
      try encode(frame: frame, into: buffer, isSealed: isSealed)
      let record = unsafe buffer.record
      guard record.count <= rest.count else { throw tooSmall(memory.count) }
      if streams {
        unsafe kernel.copyAround(record, to: rest.baseAddress!)
      } else {
        unsafe rest.baseAddress!.copyMemory(from: record.baseAddress!, byteCount: record.count)
      }
      byteCount += record.count
    }
    return byteCount
  }

  /// Packs a frame whose lanes lie together into memory with room for any frame: the number of its groups is known
  /// beforehand, and so is where its rows go. They are written through the caches even where there are many: writing
  /// around them stalls reading more than it saves.
  private func encode(
    frame: Int, directlyInto memory: UnsafeMutableRawBufferPointer, _ buffer: FrameBuffer, isSealed: Bool
  ) throws(WeftError) -> Int {
    let lanes = geometry.flatLanes(ofFrame: frame)
    let groups = settings.groupSize.groupCount(lanes: lanes.count)
    let headerBits = settings.table.headerBitCount
    var sections = FrameSections(mask: 0, headers: (groups * headerBits + 7) / 8, payload: 0)
    let start = sections.payload.lowerBound
    // The caller has asked for room for any frame: prefix, headers, rows and padding.
    let bytes = try unsafe encode(
      inPlace: lanes, indices: buffer.indices, UnsafeMutableRawBufferPointer(rebasing: memory[start...]))
    sections.payload = start..<start + bytes
    unsafe buffer.layDown(
      frame: frame, sections, groups: groups, headerBits: headerBits, at: memory.baseAddress!, kernel: kernel)
    let record = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<sections.recordByteCount])
    if isSealed {
      unsafe RecordHeader.seal(
        record, tag: .frame, bodyByteCount: record.count - RecordHeader.byteCount, kernel: kernel)
    }
    return record.count
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
  ///   - checksums: check each record's checksum first.
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
      guard unsafe !checksums || RecordHeader.checksum(record, kernel: kernel) == header.checksum else {
        throw WeftError(.checksumMismatch, "record", offset: UInt64(offset), entry: descriptor.name)
      }
      try unsafe decode(frame: frame, record: record, at: UInt64(offset), scratch: scratch, into: window)
      offset += record.count
    }
    guard offset == records.count else {
      throw WeftError(.trailingBytes, "records", offset: UInt64(offset), entry: descriptor.name)
    }
  }
}
