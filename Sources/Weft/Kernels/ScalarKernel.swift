/// The definition of the codec's inner loops, in plain Swift.
///
/// In bounds, as `CodecKernel` says: lanes and groups are counted from 0 to the counts of the call, and no more rows
/// are written or read than the groups' stored precisions add up to. Temporaries have room for one block.
public struct ScalarKernel: CodecKernel {
  public let name: PlainText = "scalar"

  public init() {}

  public func search(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, type: ElementType?, into findings: inout LaneFindings
  ) {
    let piece = LaneGeometry.pieceLanes
    let byteCount = piece * coding.laneByteCount
    unsafe withUnsafeTemporaryAllocation(byteCount: byteCount + piece / 8, alignment: 64) { scratch in
      let dense = scratch.baseAddress!
      let mask = unsafe (dense + byteCount).assumingMemoryBound(to: UInt8.self)
      for first in stride(from: 0, to: count, by: piece) {
        let here = min(piece, count - first)
        let part = unsafe lanes + first * coding.laneByteCount
        if let type { unsafe addStatistics(part, count: here, type: type, into: &findings.statistics) }
        let kept = unsafe findings.countsKept ? compact(part, count: here, coding: coding, mask: mask, dense: dense) : 0
        for place in 0..<6 where findings.sizes >> UInt32(place) & 1 == 1 {
          if findings.countsWhole {
            unsafe countPrecisions(part, count: here, groupLanes: 8 << place, coding, into: &findings.whole[place])
          }
          unsafe countPrecisions(dense, count: kept, groupLanes: 8 << place, coding, into: &findings.kept[place])
        }
      }
    }
  }

  private func countPrecisions(
    _ lanes: UnsafeRawPointer, count: Int, groupLanes group: Int, _ coding: GroupCoding,
    into counts: inout PrecisionCounts
  ) {
    // One subtraction serves both readings: the unsigned one is the low bits, the signed one extends them.
    let signShift = Int16(16 - coding.width)
    let mask = UInt16.max &>> UInt16(16 - coding.width)
    var first = 0
    while first < count {
      var plain = PrecisionDetector(isSigned: false)
      var twos = PrecisionDetector(isSigned: true)
      for lane in first..<min(first + group, count) {
        let difference = unsafe load(lanes, lane, coding) &- coding.rebase
        plain.observe(difference & mask)
        let extended = Int16(bitPattern: difference &<< UInt16(bitPattern: signShift)) &>> signShift
        twos.observe(UInt16(bitPattern: extended))
      }
      counts.unsigned[plain.precision.bitCount] += 1
      counts.signed[twos.precision.bitCount] += 1
      first += group
    }
  }

  public func encode(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer, streams: Bool,
    checksum: UnsafeMutablePointer<UInt32>?
  ) -> Int? {
    guard
      let byteCount = unsafe encodeRows(
        lanes, count: count, blockLanes: blockLanes, coding: coding, indices: indices, payload: payload)
    else { return nil }
    let rows = unsafe UnsafeRawBufferPointer(rebasing: payload[..<byteCount])
    if let checksum = unsafe checksum { unsafe checksum.pointee = crc32c(rows, continuing: checksum.pointee) }
    return byteCount
  }

  private func encodeRows(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer
  ) -> Int? {
    let transposer = Transposer(groupSize: coding.groupSize)
    let groupLanes = coding.groupSize.laneCount
    let rows = unsafe payload.baseAddress?.assumingMemoryBound(to: UInt8.self)
    var (group, offset) = (0, 0)
    if blockLanes == 16 {
      guard
        let done = unsafe encodeGroups(lanes, count: count, coding: coding, indices: indices, payload: payload)
      else { return nil }
      (group, offset) = done
    }
    var first = 16 * group
    return unsafe withUnsafeTemporaryAllocation(of: UInt16.self, capacity: blockLanes) { values in
      unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: blockLanes / groupLanes) { stored in
        while first < count {
          let blockCount = min(blockLanes, count - first)
          let groups = coding.groupSize.groupCount(lanes: blockCount)
          for inBlock in 0..<groups {
            var detector = PrecisionDetector(isSigned: coding.isSigned)
            let start = inBlock * groupLanes
            for lane in start..<min(start + groupLanes, blockCount) {
              let value = unsafe coding.packed(load(lanes, first &+ lane, coding))
              unsafe values[lane] = value
              detector.observe(value)
            }
            let index = coding.indices[detector.precision.bitCount]
            guard index != 255 else { return nil }
            unsafe indices[group] = index
            unsafe stored[inBlock] = coding.precisions[Int(index)]
            group += 1
          }
          unsafe offset += transposer.planes(of: UnsafeBufferPointer(rebasing: values[..<blockCount])) { planes in
            unsafe transposer.gatherRows(
              planes, UnsafeBufferPointer(rebasing: stored[..<groups]), into: rows.map { unsafe $0 + offset })
          }
          first += blockCount
        }
        return offset
      }
    }
  }

  public func decode(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
    coding: GroupCoding, target: LaneTarget, lanes: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
  ) {
    if let checksum = unsafe checksum { unsafe checksum.pointee = crc32c(payload, continuing: checksum.pointee) }
    let transposer = Transposer(groupSize: coding.groupSize)
    let word = coding.groupSize.wordByteCount
    let rows = unsafe payload.baseAddress?.assumingMemoryBound(to: UInt8.self)
    var (group, offset) = (0, 0)
    if blockLanes == 16 {
      (group, offset) = unsafe decodeGroups(
        payload, indices: indices, count: count, coding: coding, target: target, lanes: lanes)
    }
    var first = 16 * group
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: blockLanes / coding.groupSize.laneCount) { stored in
      while first < count {
        let blockCount = min(blockLanes, count - first)
        let groups = coding.groupSize.groupCount(lanes: blockCount)
        var bits = 0
        for inBlock in 0..<groups {
          unsafe stored[inBlock] = coding.precisions[Int(indices[group + inBlock])]
          unsafe bits += Int(stored[inBlock])
        }
        unsafe transposer.scatterRows(
          rows.map { unsafe $0 + offset }, unsafe UnsafeBufferPointer(rebasing: stored[..<groups]),
          isSigned: coding.isSigned
        ) { planes in
          unsafe transposer.forEachOctet(planes, laneCount: blockCount) { lane, low, high in
            for k in 0..<min(8, blockCount - lane) {
              let shift = UInt64(truncatingIfNeeded: 8 &* k)
              let value = UInt16(truncatingIfNeeded: (low &>> shift) & 0xFF | ((high &>> shift) & 0xFF) &<< 8)
              unsafe store(coding.lane(value, signExtends: target.signExtends), lanes, first &+ lane &+ k, coding)
            }
          }
        }
        offset += bits * word
        group += groups
        first += blockCount
      }
    }
  }

  public func compact(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer
  ) -> Int {
    unsafe mask.update(repeating: 0, count: (count + 7) / 8)
    var kept = 0
    for index in 0..<count {
      let lane = unsafe load(lanes, index, coding)
      guard coding.packed(lane) != 0 else { continue }
      unsafe mask[index / 8] |= 1 << UInt8(index % 8)
      unsafe store(lane, dense, kept, coding)
      kept += 1
    }
    return kept
  }

  public func expand(
    _ dense: UnsafeRawPointer, mask: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, target: LaneTarget,
    lanes: UnsafeMutableRawPointer
  ) {
    let zero = coding.lane(0, signExtends: target.signExtends)
    var taken = 0
    for index in 0..<count {
      if unsafe mask[index / 8] >> UInt8(index % 8) & 1 == 1 {
        unsafe store(load(dense, taken, coding), lanes, index, coding)
        taken += 1
      } else {
        unsafe store(zero, lanes, index, coding)
      }
    }
  }

  public func packHeaders(
    _ indices: UnsafePointer<UInt8>, count: Int, bitCount: Int, into target: UnsafeMutablePointer<UInt8>
  ) {
    guard bitCount > 0 else { return }
    // Eight fields fill `bitCount` bytes.
    var target = unsafe target
    for first in stride(from: 0, to: count, by: 8) {
      let here = min(8, count - first)
      var fields: UInt32 = 0
      for place in 0..<here {
        unsafe fields |= UInt32(indices[first &+ place]) &<< UInt32(truncatingIfNeeded: bitCount &* place)
      }
      for byte in 0..<(here * bitCount + 7) / 8 {
        unsafe target[byte] = UInt8(truncatingIfNeeded: fields &>> UInt32(truncatingIfNeeded: 8 &* byte))
      }
      unsafe target += bitCount
    }
  }

  public func unpackHeaders(
    _ bytes: UnsafeRawBufferPointer, bitCount: Int, count: Int, into indices: UnsafeMutablePointer<UInt8>
  ) {
    guard bitCount > 0 else {
      unsafe indices.update(repeating: 0, count: count)
      return
    }
    let mask = UInt32(1) << UInt32(bitCount) - 1
    for first in stride(from: 0, to: count, by: 8) {
      let here = min(8, count - first)
      var fields: UInt32 = 0
      for byte in 0..<(here * bitCount + 7) / 8 {
        unsafe fields |= UInt32(bytes[first / 8 &* bitCount &+ byte]) &<< UInt32(truncatingIfNeeded: 8 &* byte)
      }
      for place in 0..<here {
        unsafe indices[first &+ place] = UInt8(
          truncatingIfNeeded: fields &>> UInt32(truncatingIfNeeded: bitCount &* place) & mask)
      }
    }
  }

  public func sumPrecisions(
    _ indices: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, counts: UnsafeMutablePointer<Int>?
  ) -> Int? {
    var sum = 0
    var isValid = true
    for group in 0..<count {
      let index = unsafe Int(indices[group])
      isValid = isValid && coding.precisions[index] != 255
      unsafe counts?[index] += 1
      sum += Int(coding.precisions[index])
    }
    return isValid ? sum : nil
  }

  public func addStatistics(
    _ elements: UnsafeRawPointer, count: Int, type: ElementType, into statistics: inout LaneStatistics
  ) {
    for index in 0..<count {
      let pattern =
        unsafe type.byteCount == 1
        ? UInt16(elements.load(fromByteOffset: index, as: UInt8.self))
        : UInt16(littleEndian: elements.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
      let value =
        !type.isSigned
        ? Int32(pattern)
        : type.byteCount == 1 ? Int32(Int8(truncatingIfNeeded: pattern)) : Int32(Int16(bitPattern: pattern))
      statistics.minimum = min(statistics.minimum, value)
      statistics.maximum = max(statistics.maximum, value)
      if pattern == statistics.guess { statistics.guessCount += 1 }
      if statistics.countsBuckets { statistics.bucketCounts[Int(pattern & 15)] += 1 }
    }
  }

  public func countBits(_ bytes: UnsafeRawBufferPointer) -> Int {
    let words = bytes.count & ~7
    var count = 0
    for word in stride(from: 0, to: words, by: 8) {
      unsafe count += bytes.loadUnaligned(fromByteOffset: word, as: UInt64.self).nonzeroBitCount
    }
    for byte in words..<bytes.count { unsafe count += bytes[byte].nonzeroBitCount }
    return count
  }

  public func expectStores(to memory: UnsafeMutableRawBufferPointer) {}

  public func settleStores() {}

  public func moveDown(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
  ) {
    if let checksum = unsafe checksum { unsafe checksum.pointee = crc32c(source, continuing: checksum.pointee) }
    if let start = source.baseAddress { unsafe target.copyMemory(from: start, byteCount: source.count) }
  }

  public func joinChecksums(_ first: UInt32, _ second: UInt32, byteCount: Int) -> UInt32 {
    CRC32C.join(first, second, byteCount: byteCount)
  }

  public func crc32c(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32) -> UInt32 {
    unsafe CRC32C.extend(crc, with: bytes)
  }

  @inline(__always)
  func load(_ lanes: UnsafeRawPointer, _ index: Int, _ coding: GroupCoding) -> UInt16 {
    unsafe coding.laneByteCount == 1
      ? UInt16(lanes.load(fromByteOffset: index, as: UInt8.self))
      : UInt16(littleEndian: lanes.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
  }

  @inline(__always)
  func store(_ lane: UInt16, _ lanes: UnsafeMutableRawPointer, _ index: Int, _ coding: GroupCoding) {
    if coding.laneByteCount == 1 {
      unsafe lanes.storeBytes(of: UInt8(truncatingIfNeeded: lane), toByteOffset: index, as: UInt8.self)
    } else {
      unsafe lanes.storeBytes(of: lane.littleEndian, toByteOffset: 2 &* index, as: UInt16.self)
    }
  }
}
