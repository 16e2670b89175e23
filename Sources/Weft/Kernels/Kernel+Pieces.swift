#if !hasFeature(Embedded)
  // Every call passes its memory and its counts on as they are.
  extension Kernel {
    public func encodePieces(
      _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
      dense: UnsafeMutableRawPointer, kept: UnsafeMutablePointer<UInt32>, indices: UnsafeMutablePointer<UInt8>,
      payload: UnsafeMutableRawBufferPointer
    ) -> Int? {
      switch self {
      case .scalar(let kernel):
        unsafe kernel.encodePieces(
          lanes, count: count, blockLanes: blockLanes, coding: coding, mask: mask, dense: dense, kept: kept,
          indices: indices, payload: payload)
      case .native(let kernel):
        unsafe kernel.encodePieces(
          lanes, count: count, blockLanes: blockLanes, coding: coding, mask: mask, dense: dense, kept: kept,
          indices: indices, payload: payload)
      }
    }

    public func decodePieces(
      _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, mask: UnsafePointer<UInt8>,
      kept: UnsafePointer<UInt32>, count: Int, blockLanes: Int, coding: GroupCoding, target: LaneTarget,
      dense: UnsafeMutableRawPointer, lanes: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
    ) {
      switch self {
      case .scalar(let kernel):
        unsafe kernel.decodePieces(
          payload, indices: indices, mask: mask, kept: kept, count: count, blockLanes: blockLanes, coding: coding,
          target: target, dense: dense, lanes: lanes, checksum: checksum)
      case .native(let kernel):
        unsafe kernel.decodePieces(
          payload, indices: indices, mask: mask, kept: kept, count: count, blockLanes: blockLanes, coding: coding,
          target: target, dense: dense, lanes: lanes, checksum: checksum)
      }
    }

    public func sumPieces(
      _ indices: UnsafePointer<UInt8>, groups: UnsafePointer<UInt32>, pieceCount: Int, coding: GroupCoding,
      counts: UnsafeMutablePointer<Int>, sums: UnsafeMutablePointer<UInt32>
    ) -> Bool {
      switch self {
      case .scalar(let kernel):
        unsafe kernel.sumPieces(
          indices, groups: groups, pieceCount: pieceCount, coding: coding, counts: counts, sums: sums)
      case .native(let kernel):
        unsafe kernel.sumPieces(
          indices, groups: groups, pieceCount: pieceCount, coding: coding, counts: counts, sums: sums)
      }
    }
  }
#endif
