/// Blocks of one group of 16 lanes, the usual ones for storage, a group at a time in ordinary registers.
///
/// In bounds: a group is touched only where all of its 16 lanes are in the count and 32 bytes of payload are left.
extension ScalarKernel {
  /// Packs as many whole groups as fit with all their planes; returns how many and the bytes of their rows, or nil
  /// when one fits no table entry.
  func encodeGroups(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, indices: UnsafeMutablePointer<UInt8>,
    payload: UnsafeMutableRawBufferPointer
  ) -> (groups: Int, byteCount: Int)? {
    let isPlain = coding.rebase == 0 && coding.width == 16
    var (group, offset) = (0, 0)
    while (group &+ 1) &* 16 <= count, payload.count &- offset >= 32 {
      let values = unsafe isPlain ? load(lanes + 32 &* group) : packedLanes(lanes, 16 &* group, coding)
      let index = coding.indices[values.neededPrecision(isSigned: coding.isSigned)]
      guard index != 255 else { return nil }
      unsafe indices[group] = index
      unsafe store(values.transposed(), payload.baseAddress! + offset)
      offset &+= 2 &* Int(coding.precisions[Int(index)])
      group &+= 1
    }
    return (group, offset)
  }

  /// Unpacks as many whole groups as can be read with all their planes; returns how many and the bytes of their rows.
  func decodeGroups(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, coding: GroupCoding,
    target: LaneTarget, lanes: UnsafeMutableRawPointer
  ) -> (groups: Int, byteCount: Int) {
    let isPlain = coding.rebase == 0 && coding.width == 16
    var (group, offset) = (0, 0)
    while (group &+ 1) &* 16 <= count, payload.count &- offset >= 32 {
      let stored = unsafe Int(coding.precisions[Int(indices[group])])
      var values = unsafe load(payload.baseAddress! + offset).keeping(stored).transposed()
      if coding.isSigned { values = values.signExtended(from: stored) }
      if isPlain {
        unsafe store(values, lanes + 32 &* group)
      } else {
        unsafe storeLanes(values, lanes, 16 &* group, coding, target)
      }
      offset &+= 2 &* stored
      group &+= 1
    }
    return (group, offset)
  }

  @inline(__always)
  private func load(_ memory: UnsafeRawPointer) -> ScalarGroup {
    func word(_ place: Int) -> UInt64 {
      unsafe UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: 8 &* place, as: UInt64.self))
    }
    return ScalarGroup(words: (word(0), word(1), word(2), word(3)))
  }

  @inline(__always)
  private func store(_ group: ScalarGroup, _ memory: UnsafeMutableRawPointer) {
    unsafe memory.storeBytes(of: group.words.0.littleEndian, toByteOffset: 0, as: UInt64.self)
    unsafe memory.storeBytes(of: group.words.1.littleEndian, toByteOffset: 8, as: UInt64.self)
    unsafe memory.storeBytes(of: group.words.2.littleEndian, toByteOffset: 16, as: UInt64.self)
    unsafe memory.storeBytes(of: group.words.3.littleEndian, toByteOffset: 24, as: UInt64.self)
  }

  @inline(__always)
  private func packedLanes(_ lanes: UnsafeRawPointer, _ first: Int, _ coding: GroupCoding) -> ScalarGroup {
    func word(_ start: Int) -> UInt64 {
      var word: UInt64 = 0
      for lane in 0..<4 {
        let value = unsafe coding.packed(load(lanes, first &+ start &+ lane, coding))
        word |= UInt64(value) &<< UInt64(truncatingIfNeeded: 16 &* lane)
      }
      return word
    }
    return ScalarGroup(words: (word(0), word(4), word(8), word(12)))
  }

  @inline(__always)
  private func storeLanes(
    _ group: ScalarGroup, _ lanes: UnsafeMutableRawPointer, _ first: Int, _ coding: GroupCoding, _ target: LaneTarget
  ) {
    func put(_ word: UInt64, _ start: Int) {
      for lane in 0..<4 {
        let value = UInt16(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: 16 &* lane))
        unsafe store(coding.lane(value, signExtends: target.signExtends), lanes, first &+ start &+ lane, coding)
      }
    }
    put(group.words.0, 0)
    put(group.words.1, 4)
    put(group.words.2, 8)
    put(group.words.3, 12)
  }
}
