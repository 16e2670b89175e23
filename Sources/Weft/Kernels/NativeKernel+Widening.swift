/// One-byte lanes whose table has entries above 8 bits. The kernels in C know no more planes than a lane has, so
/// these rare tensors are packed as two-byte lanes, a few blocks at a time.
extension NativeKernel {
  private static let chunkLanes = 2048

  @inline(never)
  func encodeWidened(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer,
    checksum: UnsafeMutablePointer<UInt32>?
  ) -> Int? {
    let wide = coding.widened()
    // `here` is at most the temporary's size, and no more than what is left of the lanes; rows and indices go behind
    // those of the lanes before.
    return unsafe withUnsafeTemporaryAllocation(of: UInt16.self, capacity: NativeKernel.chunkLanes) { values in
      var byteCount = 0
      var group = 0
      var first = 0
      while first < count {
        let here = min(NativeKernel.chunkLanes, count - first)
        for lane in 0..<here {
          unsafe values[lane] =
            coding.packed(UInt16(lanes.load(fromByteOffset: first + lane, as: UInt8.self))).littleEndian
        }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: payload[byteCount...])
        guard
          let bytes = unsafe encode(
            UnsafeRawPointer(values.baseAddress!), count: here, blockLanes: blockLanes, coding: wide,
            indices: indices + group, payload: room, streams: false, checksum: checksum)
        else { return nil }
        byteCount += bytes
        group += coding.groupSize.groupCount(lanes: here)
        first += here
      }
      return byteCount
    }
  }

  @inline(never)
  func decodeWidened(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
    coding: GroupCoding, target: LaneTarget, lanes: UnsafeMutableRawPointer
  ) {
    let wide = coding.widened()
    // As above; the payload has the bytes that the headers ask for, of which these groups' are the next.
    unsafe withUnsafeTemporaryAllocation(of: UInt16.self, capacity: NativeKernel.chunkLanes) { values in
      var offset = 0
      var group = 0
      var first = 0
      while first < count {
        let here = min(NativeKernel.chunkLanes, count - first)
        let groups = coding.groupSize.groupCount(lanes: here)
        var planes = 0
        for place in group..<group + groups { unsafe planes += Int(coding.precisions[Int(indices[place])]) }
        let bytes = planes * coding.groupSize.wordByteCount
        unsafe decode(
          UnsafeRawBufferPointer(rebasing: payload[offset..<offset + bytes]), indices: indices + group, count: here,
          blockLanes: blockLanes, coding: wide, target: LaneTarget(signExtends: coding.isSigned),
          lanes: UnsafeMutableRawPointer(values.baseAddress!))
        for lane in 0..<here {
          let element = unsafe coding.lane(UInt16(littleEndian: values[lane]), signExtends: target.signExtends)
          unsafe lanes.storeBytes(of: UInt8(truncatingIfNeeded: element), toByteOffset: first + lane, as: UInt8.self)
        }
        offset += bytes
        group += groups
        first += here
      }
    }
  }
}
