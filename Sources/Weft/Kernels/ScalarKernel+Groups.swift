/// Blocks of one group of 16 lanes, the usual ones for storage, a group at a time in ordinary registers.
///
/// In bounds: a group is touched only where all of its 16 lanes are in the count and all its planes' bytes of payload
/// are left.
extension ScalarKernel {
  /// Packs as many whole groups as fit with all their planes; returns how many and the bytes of their rows, or nil
  /// when one fits no table entry.
  func encodeGroups(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, indices: UnsafeMutablePointer<UInt8>,
    payload: UnsafeMutableRawBufferPointer
  ) -> (groups: Int, byteCount: Int)? {
    if isPlainBytes(coding) {
      return unsafe encodeGroups(count, coding, indices, payload) { unsafe ScalarByteGroup(lanes + 16 &* $0) }
    }
    if coding.rebase == 0, coding.width == 16 {
      return unsafe encodeGroups(count, coding, indices, payload) { unsafe ScalarWordGroup(lanes + 32 &* $0) }
    }
    return unsafe encodeGroups(count, coding, indices, payload) { unsafe packedLanes(lanes, 16 &* $0, coding) }
  }

  /// Whether all planes that are stored are the lanes' own eight.
  private func isPlainBytes(_ coding: GroupCoding) -> Bool {
    coding.rebase == 0 && coding.width == 8 && coding.laneByteCount == 1 && !coding.storesPlanesAboveLanes
  }

  @inline(__always)
  private func encodeGroups<Group: ScalarGroup>(
    _ count: Int, _ coding: GroupCoding, _ indices: UnsafeMutablePointer<UInt8>,
    _ payload: UnsafeMutableRawBufferPointer, _ load: (Int) -> Group
  ) -> (groups: Int, byteCount: Int)? {
    var (group, offset) = (0, 0)
    while (group &+ 1) &* 16 <= count, payload.count &- offset >= Group.byteCount {
      let values = load(group)
      let index = coding.indices[values.neededPrecision(isSigned: coding.isSigned)]
      guard index != 255 else { return nil }
      unsafe indices[group] = index
      unsafe values.planes().store(payload.baseAddress! + offset)
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
    if isPlainBytes(coding) {
      return unsafe decodeGroups(payload, indices, count, coding) { (values: ScalarByteGroup, group) in
        unsafe values.store(lanes + 16 &* group)
      }
    }
    let isPlain = coding.rebase == 0 && coding.width == 16
    return unsafe decodeGroups(payload, indices, count, coding) { (values: ScalarWordGroup, group) in
      if isPlain {
        unsafe values.store(lanes + 32 &* group)
      } else {
        unsafe storeLanes(values, lanes, 16 &* group, coding, target)
      }
    }
  }

  @inline(__always)
  private func decodeGroups<Group: ScalarGroup>(
    _ payload: UnsafeRawBufferPointer, _ indices: UnsafePointer<UInt8>, _ count: Int, _ coding: GroupCoding,
    _ store: (Group, Int) -> Void
  ) -> (groups: Int, byteCount: Int) {
    unsafe withUnsafeTemporaryAllocation(of: RowLook<Group>.self, capacity: 16) { looks in
      for index in 0..<16 { unsafe looks.initializeElement(at: index, to: RowLook(coding, index: index)) }
      let looks = looks.baseAddress!
      var (group, offset) = (0, 0)
      while (group &+ 1) &* 16 <= count, payload.count &- offset >= Group.byteCount {
        let look = unsafe looks[Int(indices[group] & 15)]
        var values = unsafe Group(payload.baseAddress! + offset).masked(by: look.planes).lanes()
        if coding.isSigned { values = values.extended(look.sign) }
        store(values, group)
        offset &+= look.byteCount
        group &+= 1
      }
      return (group, offset)
    }
  }

  @inline(__always)
  private func packedLanes(_ lanes: UnsafeRawPointer, _ first: Int, _ coding: GroupCoding) -> ScalarWordGroup {
    func word(_ start: Int) -> UInt64 {
      var word: UInt64 = 0
      for lane in 0..<4 {
        let value = unsafe coding.packed(load(lanes, first &+ start &+ lane, coding))
        word |= UInt64(value) &<< UInt64(truncatingIfNeeded: 16 &* lane)
      }
      return word
    }
    return ScalarWordGroup(words: (word(0), word(4), word(8), word(12)))
  }

  @inline(__always)
  private func storeLanes(
    _ group: ScalarWordGroup, _ lanes: UnsafeMutableRawPointer, _ first: Int, _ coding: GroupCoding,
    _ target: LaneTarget
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
