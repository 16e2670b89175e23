/// One-byte lanes whose table has entries above 8 bits. The kernels in C know no more planes than a lane has, so
/// these rare tensors are packed as two-byte lanes, a few blocks at a time.
extension NativeKernel {
  private static let chunkLanes = 2048

  func encodeWidened(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer
  ) -> Int? {
    let wide = coding.widened()
    return withUnsafeTemporaryAllocation(of: UInt16.self, capacity: NativeKernel.chunkLanes) { values in
      var byteCount = 0
      var group = 0
      var first = 0
      while first < count {
        let here = min(NativeKernel.chunkLanes, count - first)
        for lane in 0..<here {
          values[lane] = coding.packed(UInt16(lanes.load(fromByteOffset: first + lane, as: UInt8.self))).littleEndian
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: payload[byteCount...])
        guard
          let bytes = encode(
            UnsafeRawPointer(values.baseAddress!), count: here, blockLanes: blockLanes, coding: wide,
            indices: indices + group, payload: room)
        else { return nil }
        byteCount += bytes
        group += coding.groupSize.groupCount(lanes: here)
        first += here
      }
      return byteCount
    }
  }

  func decodeWidened(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
    coding: GroupCoding, target: LaneTarget, lanes: UnsafeMutableRawPointer
  ) {
    let wide = coding.widened()
    withUnsafeTemporaryAllocation(of: UInt16.self, capacity: NativeKernel.chunkLanes) { values in
      var offset = 0
      var group = 0
      var first = 0
      while first < count {
        let here = min(NativeKernel.chunkLanes, count - first)
        let groups = coding.groupSize.groupCount(lanes: here)
        var planes = 0
        for place in group..<group + groups { planes += Int(coding.precisions[Int(indices[place])]) }
        let bytes = planes * coding.groupSize.wordByteCount
        decode(
          UnsafeRawBufferPointer(rebasing: payload[offset..<offset + bytes]), indices: indices + group, count: here,
          blockLanes: blockLanes, coding: wide, target: LaneTarget(signExtends: coding.isSigned),
          lanes: UnsafeMutableRawPointer(values.baseAddress!))
        for lane in 0..<here {
          let element = coding.lane(UInt16(littleEndian: values[lane]), signExtends: target.signExtends)
          lanes.storeBytes(of: UInt8(truncatingIfNeeded: element), toByteOffset: first + lane, as: UInt8.self)
        }
        offset += bytes
        group += groups
        first += here
      }
    }
  }
}
