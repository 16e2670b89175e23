internal import CWeftKernels

// As in `NativeKernel+Codec.swift`: memory and counts go to C as they are.
extension NativeKernel {
  public func encodePieces(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer, kept: UnsafeMutablePointer<UInt32>, indices: UnsafeMutablePointer<UInt8>,
    payload: UnsafeMutableRawBufferPointer
  ) -> Int? {
    guard !coding.storesPlanesAboveLanes, let rows = payload.baseAddress else {
      return unsafe encodeSeparately(
        lanes, count: count, blockLanes: blockLanes, coding: coding, mask: mask, dense: dense, kept: kept,
        indices: indices, payload: payload)
    }
    let byteCount = unsafe coding.native.withPointer {
      unsafe weft_encode_pieces(
        functions, $0, bytes(lanes), count, blockLanes, mask, bytes(dense), kept, indices, bytes(rows), payload.count)
    }
    return byteCount < 0 ? nil : Int(byteCount)
  }

  public func decodePieces(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, mask: UnsafePointer<UInt8>,
    kept: UnsafePointer<UInt32>, count: Int, blockLanes: Int, coding: GroupCoding, target: LaneTarget,
    dense: UnsafeMutableRawPointer, lanes: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
  ) {
    guard !coding.storesPlanesAboveLanes, let rows = payload.baseAddress else {
      unsafe decodeSeparately(
        payload, indices: indices, mask: mask, kept: kept, count: count, blockLanes: blockLanes, coding: coding,
        target: target, dense: dense, lanes: lanes, checksum: checksum)
      return
    }
    unsafe coding.native.withPointer {
      unsafe weft_decode_pieces(
        functions, $0, bytes(rows), payload.count, indices, mask, kept, count, blockLanes, flags(target),
        bytes(dense), bytes(lanes), checksum)
    }
  }

  public func sumPieces(
    _ indices: UnsafePointer<UInt8>, groups: UnsafePointer<UInt32>, pieceCount: Int, coding: GroupCoding,
    counts: UnsafeMutablePointer<Int>, sums: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    unsafe coding.native.withPointer { native in
      unsafe counts.withMemoryRebound(to: Int64.self, capacity: 16) {
        unsafe weft_sum_pieces(functions, native, indices, groups, pieceCount, $0, sums) != 0
      }
    }
  }
}
