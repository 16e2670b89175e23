/// Turns the lanes of a block into rows and rows back into lanes (SPEC.md section 5.6), as the transposer between
/// ABout and the activation memory of Loom does (Sharify et al., DAC 2018, section 3).
///
/// Lanes are packed values as 16-bit patterns (sign-extended when read as two's complement). A block may have any
/// number of groups. Both directions cost one 8 x 8 bit transposition for each 8 lanes and 8 planes, whatever the
/// values.
public struct Transposer: Hashable, Sendable {
  public let groupSize: GroupSize

  /// A transposer for groups of one size.
  public init(groupSize: GroupSize) { self.groupSize = groupSize }

  /// The rows of a block: plane 0 of every group with a stored precision above 0, then plane 1, and so on.
  ///
  /// - Parameters:
  ///   - lanes: packed values; lanes missing in the last group count as 0.
  ///   - precisions: the stored precision of each group, one for every `groupSize` lanes begun.
  /// - Returns: the sum of the precisions times `groupSize.wordByteCount` bytes.
  public func rows(of lanes: [UInt16], precisions: [Precision]) -> [UInt8] {
    precondition(precisions.count == groupSize.groupCount(lanes: lanes.count))
    let stored = precisions.map { UInt8($0.bitCount) }
    let byteCount = stored.reduce(0) { $0 + Int($1) } * groupSize.wordByteCount
    // Rows fill exactly `byteCount` bytes: a word for each stored plane of each group.
    return unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { target, count in
      unsafe lanes.withUnsafeBufferPointer { lanes in
        unsafe stored.withUnsafeBufferPointer { stored in unsafe transpose(lanes, precisions: stored, into: target) }
      }
      count = byteCount
    }
  }

  /// The lanes of a block from its rows: the inverse of `rows`.
  ///
  /// - Parameters:
  ///   - rows: exactly the bytes that `rows(of:precisions:)` gives for these precisions.
  ///   - precisions: the stored precision of each group, one for every `groupSize` lanes begun.
  ///   - laneCount: lanes of the block.
  ///   - isSigned: repeat plane s-1 above the stored precision s; else zeros.
  /// - Returns: `laneCount` packed values.
  public func lanes(from rows: [UInt8], precisions: [Precision], laneCount: Int, isSigned: Bool) -> [UInt16] {
    precondition(precisions.count == groupSize.groupCount(lanes: laneCount))
    let stored = precisions.map { UInt8($0.bitCount) }
    precondition(rows.count == stored.reduce(0) { $0 + Int($1) } * groupSize.wordByteCount)
    // The rows were held against the precisions, and every lane is written.
    return unsafe [UInt16](unsafeUninitializedCapacity: laneCount) { target, count in
      unsafe rows.withUnsafeBufferPointer { rows in
        unsafe stored.withUnsafeBufferPointer { stored in
          let lanes = unsafe UnsafeMutableBufferPointer(rebasing: target[..<laneCount])
          unsafe untranspose(rows, precisions: stored, isSigned: isSigned, into: lanes)
        }
      }
      count = laneCount
    }
  }
}

// In bounds: planes lie in a temporary of 16 words a group; lanes and groups are counted from 0 to what the caller
// gives. Rows are as many words as the stored precisions add up to, which is what the caller's rows have.
extension Transposer {
  /// Bytes of all 16 planes of one group.
  private var groupPlaneBytes: Int { 16 * groupSize.wordByteCount }

  /// Calls `body` with the 16 planes of every group of a block: group by group, plane by plane, a word each.
  @inline(__always)
  func planes<Result>(
    of lanes: UnsafeBufferPointer<UInt16>, _ body: (UnsafePointer<UInt8>) -> Result
  ) -> Result {
    let groups = groupSize.groupCount(lanes: lanes.count)
    let word = groupSize.wordByteCount
    return unsafe withUnsafeTemporaryAllocation(byteCount: max(1, groups * groupPlaneBytes), alignment: 8) { memory in
      let planes = unsafe memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
      var first = 0
      for group in 0..<groups {
        let base = unsafe planes + group * groupPlaneBytes
        for octet in 0..<word {
          var low: UInt64 = 0
          var high: UInt64 = 0
          let count = min(8, lanes.count - first)
          if count > 0 {
            for lane in 0..<count {
              let value = unsafe lanes[first &+ lane]
              let shift = UInt64(truncatingIfNeeded: 8 &* lane)
              low |= UInt64(value & 0xFF) &<< shift
              high |= UInt64(value &>> 8) &<< shift
            }
          }
          low = BitMatrix.transpose(low)
          high = BitMatrix.transpose(high)
          for plane in 0..<8 {
            let shift = UInt64(truncatingIfNeeded: 8 &* plane)
            unsafe base[plane &* word &+ octet] = UInt8(truncatingIfNeeded: low &>> shift)
            unsafe base[(plane &+ 8) &* word &+ octet] = UInt8(truncatingIfNeeded: high &>> shift)
          }
          first += 8
        }
      }
      return unsafe body(planes)
    }
  }

  /// Copies the words that are stored into rows; returns the bytes written.
  @inline(__always)
  func gatherRows(
    _ planes: UnsafePointer<UInt8>, _ stored: UnsafeBufferPointer<UInt8>, into rows: UnsafeMutablePointer<UInt8>?
  ) -> Int {
    guard let rows = unsafe rows else { return 0 }
    let word = groupSize.wordByteCount
    let most = unsafe stored.max() ?? 0
    var offset = 0
    for plane in 0..<Int(most) {
      for group in 0..<stored.count where unsafe Int(stored[group]) > plane {
        unsafe (rows + offset).update(from: planes + group * groupPlaneBytes + plane * word, count: word)
        offset += word
      }
    }
    return offset
  }

  /// Rebuilds the 16 planes of every group from rows and calls `body` with them, laid out as in `planes(of:)`.
  @inline(__always)
  func scatterRows(
    _ rows: UnsafePointer<UInt8>?, _ stored: UnsafeBufferPointer<UInt8>, isSigned: Bool,
    _ body: (UnsafePointer<UInt8>) -> Void
  ) {
    let word = groupSize.wordByteCount
    unsafe withUnsafeTemporaryAllocation(byteCount: max(1, stored.count * groupPlaneBytes), alignment: 8) { memory in
      let planes = unsafe memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
      var offset = 0
      for plane in 0..<16 {
        for group in 0..<stored.count {
          let target = unsafe planes + group * groupPlaneBytes + plane * word
          if unsafe Int(stored[group]) > plane {
            unsafe target.update(from: rows! + offset, count: word)
            offset += word
          } else if isSigned, plane > 0 {
            unsafe target.update(from: target - word, count: word)
          } else {
            unsafe target.update(repeating: 0, count: word)
          }
        }
      }
      unsafe body(planes)
    }
  }

  /// Calls `body` with eight lanes at a time, low and high bytes apart, out of a block's planes.
  @inline(__always)
  func forEachOctet(
    _ planes: UnsafePointer<UInt8>, laneCount: Int, _ body: (_ firstLane: Int, _ low: UInt64, _ high: UInt64) -> Void
  ) {
    let word = groupSize.wordByteCount
    var lane = 0
    while lane < laneCount {
      let (group, inGroup) = lane.quotientAndRemainder(dividingBy: groupSize.laneCount)
      let base = unsafe planes + group * groupPlaneBytes + inGroup / 8
      var low: UInt64 = 0
      var high: UInt64 = 0
      for plane in 0..<8 {
        let shift = UInt64(truncatingIfNeeded: 8 &* plane)
        unsafe low |= UInt64(base[plane &* word]) &<< shift
        unsafe high |= UInt64(base[(plane &+ 8) &* word]) &<< shift
      }
      body(lane, BitMatrix.transpose(low), BitMatrix.transpose(high))
      lane += 8
    }
  }
}
