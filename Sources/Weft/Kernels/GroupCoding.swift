internal import CWeftKernels

/// All that a kernel has to know to turn lanes into rows and back: one tensor's settings in looked-up form.
///
/// Lanes are elements as they lie in memory, one or two bytes each. The packed value of lane x is (x - rebase) in
/// `laneBitCount` bits, then its low `width` bits read as `isSigned` says (SPEC.md section 5.2).
public struct GroupCoding: Hashable, Sendable {
  /// Bytes of one lane: 1 or 2.
  public let laneByteCount: Int
  /// Subtracted from every lane, mod 2^(lane bits).
  public let rebase: UInt16
  /// Bits of the packed value before it is extended: the element's width, or all lane bits where no wrap is meant.
  public let width: Int
  /// Packed values are two's complement.
  public let isSigned: Bool
  public let groupSize: GroupSize
  public let table: PrecisionTable
  /// Header index for each needed precision 0...16; 255 where no entry is large enough.
  public let indices: [17 of UInt8]
  /// Stored precision for each header index; 255 past the last entry.
  public let precisions: [16 of UInt8]
  /// The same for the kernels in C.
  let native: NativeCoding

  /// Prepares the look-ups. `laneByteCount` is 1 or 2; `width` is at most its bits.
  public init(
    laneByteCount: Int, rebase: Int32, width: Int, isSigned: Bool, groupSize: GroupSize, table: PrecisionTable
  ) {
    precondition(laneByteCount == 1 || laneByteCount == 2)
    precondition(width >= 1 && width <= 8 * laneByteCount)
    self.laneByteCount = laneByteCount
    self.rebase = UInt16(truncatingIfNeeded: rebase)
    self.width = width
    self.isSigned = isSigned
    self.groupSize = groupSize
    self.table = table
    var indices = [17 of UInt8](repeating: 255)
    var precisions = [16 of UInt8](repeating: 255)
    // In one pass without an array: codings are made for each tensor anew, of which there can be very many.
    var below = 0
    for precision in 0...table.largest {
      indices[precision] = UInt8(below)
      guard table.contains(precision) else { continue }
      precisions[below] = UInt8(precision)
      below += 1
    }
    self.indices = indices
    self.precisions = precisions
    native = NativeCoding(
      GroupCoding.native(
        laneByteCount: laneByteCount, rebase: self.rebase, width: width, isSigned: isSigned, groupSize: groupSize,
        indices, precisions))
  }

  /// Groups by header index as groups by stored precision.
  func histogram(_ counts: [16 of Int]) -> PrecisionHistogram {
    var result = PrecisionHistogram()
    for index in 0..<16 where precisions[index] != 255 { result[Int(precisions[index])] = counts[index] }
    return result
  }

  /// A table entry stores more planes than a lane has bits.
  var storesPlanesAboveLanes: Bool { laneByteCount == 1 && table.largest > 8 }

  /// The coding of packed values as two-byte lanes.
  func widened() -> GroupCoding {
    GroupCoding(laneByteCount: 2, rebase: 0, width: 16, isSigned: isSigned, groupSize: groupSize, table: table)
  }

  private static func native(
    laneByteCount: Int, rebase: UInt16, width: Int, isSigned: Bool, groupSize: GroupSize, _ indices: [17 of UInt8],
    _ precisions: [16 of UInt8]
  ) -> weft_coding {
    var native = weft_coding()
    native.lane_bytes = UInt8(laneByteCount)
    native.width = UInt8(width)
    native.is_signed = isSigned ? 1 : 0
    native.group_log2 = groupSize.rawValue
    native.rebase = rebase
    // The arrays of the C structure have 17, 17 and 16 bytes, as the loops do.
    unsafe withUnsafeMutableBytes(of: &native.index_of) { indexOf in
      unsafe withUnsafeMutableBytes(of: &native.stored_of) { storedOf in
        for precision in 0...16 {
          unsafe indexOf[precision] = indices[precision]
          unsafe storedOf[precision] = indices[precision] == 255 ? 0 : precisions[Int(indices[precision])]
        }
      }
    }
    unsafe withUnsafeMutableBytes(of: &native.precision_of) {
      for index in 0..<16 { unsafe $0[index] = precisions[index] }
    }
    return native
  }

  /// The packed value of a lane, as a 16-bit pattern.
  @inline(__always)
  func packed(_ lane: UInt16) -> UInt16 {
    let shift = UInt16(16 - width)
    let top = (lane &- rebase) &<< shift
    return isSigned ? UInt16(bitPattern: Int16(bitPattern: top) &>> Int16(shift)) : top &>> shift
  }

  /// The lane of a packed value: the inverse of `packed`, in the low `width` bits; `signExtends` says how the
  /// element continues above them.
  @inline(__always)
  func lane(_ packed: UInt16, signExtends: Bool) -> UInt16 {
    let shift = UInt16(16 - width)
    let top = (packed &+ rebase) &<< shift
    return signExtends ? UInt16(bitPattern: Int16(bitPattern: top) &>> Int16(shift)) : top &>> shift
  }

  public static func == (left: GroupCoding, right: GroupCoding) -> Bool {
    left.laneByteCount == right.laneByteCount && left.rebase == right.rebase && left.width == right.width
      && left.isSigned == right.isSigned && left.groupSize == right.groupSize && left.table == right.table
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(laneByteCount)
    hasher.combine(rebase)
    hasher.combine(width)
    hasher.combine(isSigned)
    hasher.combine(groupSize)
    hasher.combine(table)
  }
}
