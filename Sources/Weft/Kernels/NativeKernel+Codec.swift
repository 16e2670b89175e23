internal import CWeftKernels

// The functions in C keep the contract of `CodecKernel` and get its memory and counts as they are; structures are
// passed by pointers that live as long as the call, and `Int` has the size of `Int64` on every CPU that has a kernel.
extension NativeKernel: CodecKernel {
  @inline(never)
  public func search(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, type: ElementType?, into findings: inout LaneFindings
  ) {
    let (sizes, countsWhole, countsKept) = (findings.sizes, findings.countsWhole, findings.countsKept)
    var survey = type.map { findings.statistics.native($0) }
    // The counts of both languages have the same 2 times 17 integers.
    unsafe withUnsafeMutableBytes(of: &findings.whole) { whole in
      unsafe withUnsafeMutableBytes(of: &findings.kept) { kept in
        let whole = unsafe countsWhole ? whole.baseAddress!.assumingMemoryBound(to: weft_precision_counts.self) : nil
        let kept = unsafe countsKept ? kept.baseAddress!.assumingMemoryBound(to: weft_precision_counts.self) : nil
        unsafe coding.native.withPointer { native in
          if survey == nil {
            unsafe functions.pointee.search(native, bytes(lanes), count, sizes, whole, kept, nil)
          } else {
            unsafe functions.pointee.search(native, bytes(lanes), count, sizes, whole, kept, &survey!)
          }
        }
      }
    }
    if let survey { findings.statistics.take(survey) }
  }

  @inline(never)
  public func encode(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer, streams: Bool,
    checksum: UnsafeMutablePointer<UInt32>?
  ) -> Int? {
    guard count > 0 else { return 0 }
    guard !coding.storesPlanesAboveLanes else {
      return unsafe encodeWidened(
        lanes, count: count, blockLanes: blockLanes, coding: coding, indices: indices, payload: payload,
        checksum: checksum)
    }
    let flags = streams ? Int32(weft_streams) : 0
    let room = payload.count
    // Where there is no room there are no rows: any address will do.
    let rows = unsafe payload.baseAddress ?? UnsafeMutableRawPointer(indices)
    let byteCount = unsafe coding.native.withPointer {
      unsafe weft_encode(functions, $0, bytes(lanes), count, blockLanes, indices, bytes(rows), room, flags, checksum)
    }
    return byteCount < 0 ? nil : Int(byteCount)
  }

  @inline(never)
  public func decode(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
    coding: GroupCoding, target: LaneTarget, lanes: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
  ) {
    guard count > 0 else { return }
    guard !coding.storesPlanesAboveLanes else {
      if let checksum = unsafe checksum { unsafe checksum.pointee = crc32c(payload, continuing: checksum.pointee) }
      unsafe decodeWidened(
        payload, indices: indices, count: count, blockLanes: blockLanes, coding: coding, target: target,
        lanes: lanes)
      return
    }
    let rows = unsafe payload.baseAddress ?? UnsafeRawPointer(indices)
    unsafe coding.native.withPointer {
      unsafe weft_decode(
        functions, $0, bytes(rows), payload.count, indices, count, blockLanes, flags(target), bytes(lanes), checksum)
    }
  }

  @inline(never)
  public func compact(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer
  ) -> Int {
    unsafe coding.native.withPointer { unsafe functions.pointee.compact($0, bytes(lanes), count, mask, bytes(dense)) }
  }

  @inline(never)
  public func expand(
    _ dense: UnsafeRawPointer, mask: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, target: LaneTarget,
    lanes: UnsafeMutableRawPointer
  ) {
    unsafe coding.native.withPointer {
      unsafe functions.pointee.expand($0, bytes(dense), mask, count, flags(target), bytes(lanes))
    }
  }

  public func packHeaders(
    _ indices: UnsafePointer<UInt8>, count: Int, bitCount: Int, into target: UnsafeMutablePointer<UInt8>
  ) {
    unsafe functions.pointee.pack_headers(indices, count, UInt32(bitCount), target)
  }

  public func unpackHeaders(
    _ bytes: UnsafeRawBufferPointer, bitCount: Int, count: Int, into indices: UnsafeMutablePointer<UInt8>
  ) {
    let source = unsafe bytes.baseAddress ?? UnsafeRawPointer(indices)
    unsafe functions.pointee.unpack_headers(self.bytes(source), count, UInt32(bitCount), indices)
  }

  @inline(never)
  public func sumPrecisions(
    _ indices: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, counts: UnsafeMutablePointer<Int>?
  ) -> Int? {
    let sum = unsafe coding.native.withPointer { native in
      guard let counts = unsafe counts else {
        return unsafe functions.pointee.sum_precisions(native, indices, count, nil)
      }
      return unsafe counts.withMemoryRebound(to: Int64.self, capacity: 16) {
        unsafe functions.pointee.sum_precisions(native, indices, count, $0)
      }
    }
    return sum < 0 ? nil : Int(sum)
  }

  public func addStatistics(
    _ elements: UnsafeRawPointer, count: Int, type: ElementType, into statistics: inout LaneStatistics
  ) {
    var survey = statistics.native(type)
    unsafe functions.pointee.survey(bytes(elements), count, UInt32(type.byteCount), &survey)
    statistics.take(survey)
  }

  public func countBits(_ bytes: UnsafeRawBufferPointer) -> Int {
    unsafe bytes.baseAddress.map { unsafe functions.pointee.count_bits(self.bytes($0), bytes.count) } ?? 0
  }

  public func expectStores(to memory: UnsafeMutableRawBufferPointer) {
    if let start = memory.baseAddress { unsafe weft_expect_stores(bytes(start), memory.count) }
  }

  public func settleStores() { weft_settle_stores() }

  public func moveDown(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
  ) {
    guard let start = source.baseAddress else { return }
    unsafe functions.pointee.move_down(bytes(target), bytes(start), source.count, checksum)
  }

  public func crc32c(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32) -> UInt32 {
    guard let start = bytes.baseAddress else { return crc }
    return unsafe functions.pointee.crc32c(crc, self.bytes(start), bytes.count)
  }

  public func joinChecksums(_ first: UInt32, _ second: UInt32, byteCount: Int) -> UInt32 {
    unsafe functions.pointee.join_checksums(first, second, byteCount)
  }

  @inline(__always)
  func bytes(_ pointer: UnsafeRawPointer) -> UnsafePointer<UInt8> {
    unsafe pointer.assumingMemoryBound(to: UInt8.self)
  }

  @inline(__always)
  func bytes(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt8> {
    unsafe pointer.assumingMemoryBound(to: UInt8.self)
  }

  @inline(__always)
  func flags(_ target: LaneTarget) -> Int32 {
    (target.signExtends ? Int32(weft_decode_sign_extends) : 0)
      | (target.streams ? Int32(weft_streams) : 0)
  }
}
