import CWeft
import Weft

@c @implementation
public func weft_transpose(
  _ lanes: UnsafePointer<UInt16>!, _ count: Int, _ group_size: Int32, _ precisions: UnsafePointer<UInt8>!,
  _ rows: UnsafeMutableRawPointer!, _ capacity: Int
) -> Int64 {
  answer { () throws(CallFailure) in
    let transposer = Transposer(groupSize: try GroupSize(c: group_size))
    guard lanes != nil || count == 0 else { throw .null("lanes") }
    if precisions == nil { _ = try CMemory.room(rows, capacity, for: try wholeRowBytes(lanes: count, transposer)) }
    let stored = try storedPrecisions(precisions, lanes: count, transposer)
    return try withUnsafeStored(stored) { (stored) throws(CallFailure) in
      let needed = transposer.rowByteCount(precisions: stored)
      let room = try CMemory.room(rows, capacity, for: needed)
      transposer.transpose(
        UnsafeBufferPointer(start: lanes, count: count), precisions: stored, into: room.bindMemory(to: UInt8.self))
      return Int64(needed)
    }
  }
}

@c @implementation
public func weft_untranspose(
  _ rows: UnsafeRawPointer!, _ row_bytes: Int, _ group_size: Int32, _ precisions: UnsafePointer<UInt8>!,
  _ is_signed: Int32, _ lanes: UnsafeMutablePointer<UInt16>!, _ count: Int
) -> Int64 {
  answer { () throws(CallFailure) in
    let transposer = Transposer(groupSize: try GroupSize(c: group_size))
    guard lanes != nil || count == 0 else { throw .null("lanes") }
    let bytes = try CMemory.read(rows, row_bytes, "rows")
    if precisions == nil, try wholeRowBytes(lanes: count, transposer) != bytes.count {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "\(bytes.count) bytes of rows do not follow from the lanes")
    }
    let stored = try storedPrecisions(precisions, lanes: count, transposer)
    return try withUnsafeStored(stored) { (stored) throws(CallFailure) in
      guard bytes.count == transposer.rowByteCount(precisions: stored) else {
        throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "\(bytes.count) bytes of rows do not follow from the precisions")
      }
      transposer.untranspose(
        bytes.bindMemory(to: UInt8.self), precisions: stored, isSigned: is_signed != 0,
        into: UnsafeMutableBufferPointer(start: lanes, count: count))
      return Int64(count)
    }
  }
}

private func groupCount(lanes: Int, _ transposer: Transposer) throws(CallFailure) -> Int {
  guard (0...FormatLimits.values).contains(lanes) else {
    throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "\(lanes) lanes")
  }
  return transposer.groupSize.groupCount(lanes: lanes)
}

/// Bytes of the rows of lanes that all have 16 bits: held against the caller's memory before any is taken for them.
private func wholeRowBytes(lanes: Int, _ transposer: Transposer) throws(CallFailure) -> Int {
  16 * transposer.groupSize.wordByteCount * (try groupCount(lanes: lanes, transposer))
}

/// One precision a group: those given, or 16 everywhere. Throws `INVALID_ARGUMENT`.
private func storedPrecisions(
  _ precisions: UnsafePointer<UInt8>?, lanes: Int, _ transposer: Transposer
) throws(CallFailure) -> [UInt8] {
  let groups = try groupCount(lanes: lanes, transposer)
  guard let precisions else { return Array(repeating: 16, count: groups) }
  let stored = Array(UnsafeBufferPointer(start: precisions, count: groups))
  for precision in stored where precision > 16 {
    throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "a precision of \(precision)")
  }
  return stored
}

private func withUnsafeStored(
  _ stored: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws(CallFailure) -> Int64
) throws(CallFailure) -> Int64 {
  let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: stored.count)
  defer { memory.deallocate() }
  _ = memory.initialize(from: stored)
  return try body(UnsafeBufferPointer(memory))
}
