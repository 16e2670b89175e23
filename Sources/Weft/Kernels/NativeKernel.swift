import CWeftKernels

/// A kernel written with a CPU's own instructions. What its functions do not cover, and the ends that they leave, the
/// scalar kernel does: blocks of several groups, groups above 32 lanes, elements that do not fill their container.
public struct NativeKernel: CodecKernel, @unchecked Sendable {
  private let functions: weft_kernel
  private let scalar = ScalarKernel()
  public let name: String

  /// The kernels that this CPU can run, slowest first.
  static var all: [NativeKernel] {
    var count = 0
    guard let kernels = weft_kernels(&count) else { return [] }
    return (0..<count).compactMap { kernels[$0].map { NativeKernel($0.pointee) } }
  }

  private init(_ functions: weft_kernel) {
    self.functions = functions
    name = String(cString: functions.name)
  }

  /// True where the functions cover a coding.
  @inline(__always)
  private func covers(_ coding: GroupCoding, table: Bool = true) -> Bool {
    coding.width == 8 * coding.laneByteCount && coding.groupSize.rawValue <= 5
      && (!table || coding.table.largest <= coding.width)
  }

  public func countPrecisions(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, into counts: inout PrecisionCounts
  ) {
    guard covers(coding, table: false) else {
      scalar.countPrecisions(lanes, count: count, coding: coding, into: &counts)
      return
    }
    var own = coding.native
    let done = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 34) { tables in
      tables.initialize(repeating: 0)
      let done = functions.count_precisions(
        lanes, count, &own, tables.baseAddress!, tables.baseAddress! + 17)
      for precision in 0...16 {
        counts.unsigned[precision] += Int(tables[precision])
        counts.signed[precision] += Int(tables[17 + precision])
      }
      return done
    }
    scalar.countPrecisions(lanes + done * coding.laneByteCount, count: count - done, coding: coding, into: &counts)
  }

  public func encode(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer
  ) -> Int? {
    guard blockLanes == coding.groupSize.laneCount, covers(coding), let base = payload.baseAddress else {
      return scalar.encode(
        lanes, count: count, blockLanes: blockLanes, coding: coding, indices: indices, payload: payload)
    }
    var bytes = 0
    var own = coding.native
    let done = Int(
      functions.encode(
        lanes, count, &own, indices, base.assumingMemoryBound(to: UInt8.self), payload.count, &bytes))
    guard done >= 0 else { return nil }
    guard done < count else { return bytes }
    let rest = scalar.encode(
      lanes + done * coding.laneByteCount, count: count - done, blockLanes: blockLanes, coding: coding,
      indices: indices + done / blockLanes, payload: UnsafeMutableRawBufferPointer(rebasing: payload[bytes...]))
    return rest.map { bytes + $0 }
  }

  public func decode(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
    coding: GroupCoding, signExtends: Bool, lanes: UnsafeMutableRawPointer
  ) -> Int {
    var (done, bytes) = (0, 0)
    if blockLanes == coding.groupSize.laneCount, covers(coding), let base = payload.baseAddress {
      var own = coding.native
      done = functions.decode(
        base.assumingMemoryBound(to: UInt8.self), payload.count, indices, count, &own, lanes, &bytes)
    }
    guard done < count else { return bytes }
    return bytes
      + scalar.decode(
        UnsafeRawBufferPointer(rebasing: payload[bytes...]), indices: indices + done / coding.groupSize.laneCount,
        count: count - done, blockLanes: blockLanes, coding: coding, signExtends: signExtends,
        lanes: lanes + done * coding.laneByteCount)
  }

  public func compact(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer
  ) -> Int {
    guard coding.width == 8 * coding.laneByteCount else {
      return scalar.compact(lanes, count: count, coding: coding, mask: mask, dense: dense)
    }
    var own = coding.native
    return functions.compact(lanes, count, &own, mask, dense)
  }

  public func expand(
    _ dense: UnsafeRawPointer, mask: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, signExtends: Bool,
    lanes: UnsafeMutableRawPointer
  ) {
    guard coding.width == 8 * coding.laneByteCount else {
      scalar.expand(dense, mask: mask, count: count, coding: coding, signExtends: signExtends, lanes: lanes)
      return
    }
    var own = coding.native
    functions.expand(dense, mask, count, &own, lanes)
  }

  public func packHeaders(
    _ indices: UnsafePointer<UInt8>, count: Int, bitCount: Int, into target: UnsafeMutablePointer<UInt8>,
    bitOffset: Int
  ) {
    guard bitCount > 0 else { return }
    let whole = bitOffset % 8 == 0 ? count & ~7 : 0
    functions.pack_headers(indices, whole, UInt32(bitCount), target + bitOffset / 8)
    scalar.packHeaders(
      indices + whole, count: count - whole, bitCount: bitCount, into: target, bitOffset: bitOffset + whole * bitCount)
  }

  public func unpackHeaders(
    _ bytes: UnsafeRawBufferPointer, bitOffset: Int, bitCount: Int, count: Int,
    into indices: UnsafeMutablePointer<UInt8>
  ) {
    var whole = 0
    if bitCount > 0, bitOffset % 8 == 0, let base = bytes.baseAddress {
      whole = count & ~7
      functions.unpack_headers(
        base.assumingMemoryBound(to: UInt8.self) + bitOffset / 8, whole, UInt32(bitCount), indices)
    }
    scalar.unpackHeaders(
      bytes, bitOffset: bitOffset + whole * bitCount, bitCount: bitCount, count: count - whole, into: indices + whole)
  }

  public func countIndices(_ indices: UnsafePointer<UInt8>, count: Int) -> [16 of Int] {
    var counts = [16 of Int](repeating: 0)
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 16) { table in
      functions.count_indices(indices, count, table.baseAddress!)
      for index in 0..<16 { counts[index] = Int(table[index]) }
    }
    return counts
  }

  public func storedBits(_ indices: UnsafePointer<UInt8>, count: Int, coding: GroupCoding) -> Int? {
    var own = coding.native
    let bits = functions.stored_bits(indices, count, &own)
    return bits < 0 ? nil : Int(bits)
  }

  public func crc32c(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32) -> UInt32 {
    guard let base = bytes.baseAddress else { return crc }
    return functions.crc32c(crc, base.assumingMemoryBound(to: UInt8.self), bytes.count)
  }
}
