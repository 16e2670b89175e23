extension FrameEncoder {
  /// The most bytes that the records of all frames can take together.
  public var byteBound: Int {
    frameCount * geometry.frameByteBound(largest: settings.table.largest)
  }

  /// Packs all frames into `memory`, one record directly after the other, without an allocation.
  ///
  /// - Parameters:
  ///   - memory: room for the records; `byteBound` bytes are always enough.
  ///   - isSealed: fill in checksums, which `decode(records:into:scratch:)` can then check.
  /// - Returns: the bytes written.
  /// - Throws: `precisionTooSmall` when a group fits no table entry; `limitExceeded` when `memory` is too small.
  ///
  /// Cost: one pass over the values.
  @specialized(where K == Kernel)
  public func encode(
    into memory: UnsafeMutableRawBufferPointer, buffer: FrameBuffer, isSealed: Bool = false
  ) throws(WeftError) -> Int {
    let streams = tensor.region.count >= LaneTarget.streamingByteCount
    var byteCount = 0
    for frame in 0..<frameCount {
      let rest = UnsafeMutableRawBufferPointer(rebasing: memory[byteCount...])
      if isInPlace {
        byteCount += try encode(frame: frame, directlyInto: rest, buffer, isSealed: isSealed)
        continue
      }
      try encode(frame: frame, into: buffer, isSealed: isSealed)
      let record = buffer.record
      guard record.count <= rest.count else { throw tooSmall(memory.count) }
      if streams {
        kernel.copyAround(record, to: rest.baseAddress!)
      } else {
        rest.baseAddress!.copyMemory(from: record.baseAddress!, byteCount: record.count)
      }
      byteCount += record.count
    }
    return byteCount
  }

  /// Packs a frame whose lanes lie together: the number of its groups is known beforehand, and so is where its rows
  /// go. They are written through the caches even where there are many: writing around them stalls reading more than
  /// it saves.
  private func encode(
    frame: Int, directlyInto memory: UnsafeMutableRawBufferPointer, _ buffer: FrameBuffer, isSealed: Bool
  ) throws(WeftError) -> Int {
    let lanes = geometry.flatLanes(ofFrame: frame)
    let groups = settings.groupSize.groupCount(lanes: lanes.count)
    let headerBits = settings.table.headerBitCount
    var sections = FrameSections(mask: 0, headers: (groups * headerBits + 7) / 8, payload: 0)
    guard sections.recordByteCount <= memory.count else { throw tooSmall(memory.count) }
    let start = sections.payload.lowerBound
    let bytes = try encode(
      inPlace: lanes, indices: buffer.indices, UnsafeMutableRawBufferPointer(rebasing: memory[start...]))
    sections.payload = start..<start + bytes
    guard sections.recordByteCount <= memory.count else { throw tooSmall(memory.count) }
    buffer.layDown(
      frame: frame, sections, groups: groups, headerBits: headerBits, at: memory.baseAddress!, kernel: kernel)
    let record = UnsafeMutableRawBufferPointer(rebasing: memory[..<sections.recordByteCount])
    if isSealed {
      RecordHeader.seal(record, tag: .frame, bodyByteCount: record.count - RecordHeader.byteCount, kernel: kernel)
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
  ///   - checksums: check each record's checksum first.
  /// - Throws: the rule of SPEC.md that a frame breaks, with its offset in `records`.
  ///
  /// Cost: one pass over the records. Large tensors are written around the caches.
  @specialized(where K == Kernel)
  public func decode(
    records: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer, scratch: FrameScratch,
    checksums: Bool = false
  ) throws(WeftError) {
    let window = ElementWindow(indices: 0..<descriptor.valueCount, memory: memory)
    var offset = 0
    for frame in 0..<frameCount {
      let left = UnsafeRawBufferPointer(rebasing: records[offset...])
      guard left.count >= RecordHeader.byteCount else {
        throw WeftError(
          .truncated, "frame \(frame)", offset: UInt64(offset), entry: descriptor.name, found: Int64(left.count))
      }
      let header = try RecordHeader(left, at: UInt64(offset))
      guard header.tag == .frame else {
        throw WeftError(.unexpectedRecord, "record tag", offset: UInt64(offset), entry: descriptor.name)
      }
      guard header.recordByteCount <= UInt64(left.count) else {
        throw WeftError(
          .truncated, "frame \(frame)", offset: UInt64(offset), entry: descriptor.name,
          expected: Int64(header.recordByteCount), found: Int64(left.count))
      }
      let record = UnsafeRawBufferPointer(rebasing: left[..<Int(header.recordByteCount)])
      guard !checksums || RecordHeader.checksum(record, kernel: kernel) == header.checksum else {
        throw WeftError(.checksumMismatch, "record", offset: UInt64(offset), entry: descriptor.name)
      }
      try decode(frame: frame, record: record, at: UInt64(offset), scratch: scratch, into: window)
      offset += record.count
    }
    guard offset == records.count else {
      throw WeftError(.trailingBytes, "records", offset: UInt64(offset), entry: descriptor.name)
    }
  }
}
