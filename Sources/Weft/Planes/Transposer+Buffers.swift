// In bounds: as many groups, planes and bytes as the preconditions have held the caller's buffers against.
extension Transposer {
  /// Bytes of the rows of a block: the sum of its groups' stored precisions times `groupSize.wordByteCount`.
  public func rowByteCount(precisions: UnsafeBufferPointer<UInt8>) -> Int {
    unsafe precisions.reduce(0) { $0 + Int($1) } * groupSize.wordByteCount
  }

  /// `rows(of:precisions:)` into memory of the caller's.
  ///
  /// - Parameters:
  ///   - lanes: packed values; lanes missing in the last group count as 0.
  ///   - precisions: 0...16 for each group begun.
  ///   - rows: at least `rowByteCount(precisions:)` bytes.
  ///
  /// Cost: memory for 16 planes of one block.
  public func transpose(
    _ lanes: UnsafeBufferPointer<UInt16>, precisions: UnsafeBufferPointer<UInt8>,
    into rows: UnsafeMutableBufferPointer<UInt8>
  ) {
    precondition(precisions.count == groupSize.groupCount(lanes: lanes.count))
    unsafe precondition(precisions.allSatisfy { $0 <= 16 })
    unsafe precondition(rows.count >= rowByteCount(precisions: precisions))
    _ = unsafe planes(of: lanes) { planes in unsafe gatherRows(planes, precisions, into: rows.baseAddress) }
  }

  /// `lanes(from:precisions:laneCount:isSigned:)` into memory of the caller's; `rows` has at least
  /// `rowByteCount(precisions:)` bytes. Cost: memory for 16 planes of one block.
  public func untranspose(
    _ rows: UnsafeBufferPointer<UInt8>, precisions: UnsafeBufferPointer<UInt8>, isSigned: Bool,
    into lanes: UnsafeMutableBufferPointer<UInt16>
  ) {
    precondition(precisions.count == groupSize.groupCount(lanes: lanes.count))
    unsafe precondition(precisions.allSatisfy { $0 <= 16 })
    unsafe precondition(rows.count >= rowByteCount(precisions: precisions))
    unsafe scatterRows(rows.baseAddress, precisions, isSigned: isSigned) { planes in
      unsafe forEachOctet(planes, laneCount: lanes.count) { first, low, high in
        for lane in first..<min(first + 8, lanes.count) {
          let shift = UInt64(truncatingIfNeeded: 8 &* (lane - first))
          unsafe lanes[lane] =
            UInt16(truncatingIfNeeded: low &>> shift) & 0xFF | UInt16(truncatingIfNeeded: high &>> shift) &<< 8
        }
      }
    }
  }
}
