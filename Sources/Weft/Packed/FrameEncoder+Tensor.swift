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
  /// Cost: one pass over the values. Large tensors are written around the caches.
  public func encode(
    into memory: UnsafeMutableRawBufferPointer, buffer: FrameBuffer, isSealed: Bool = false
  ) throws(WeftError) -> Int {
    let streams = tensor.region.count >= LaneTarget.streamingByteCount
    var byteCount = 0
    for frame in 0..<frameCount {
      try encode(frame: frame, into: buffer, isSealed: isSealed)
      let record = buffer.record
      guard record.count <= memory.count - byteCount else {
        throw WeftError(
          .limitExceeded, "memory for packed frames", entry: tensor.descriptor.name, expected: Int64(memory.count))
      }
      kernel.copy(record, to: memory.baseAddress! + byteCount, streams: streams)
      byteCount += record.count
    }
    return byteCount
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
