import CWeft

/// Buffers of the caller's.
enum CMemory {
  /// Bytes to read: NULL only with none.
  static func read(_ bytes: UnsafeRawPointer?, _ count: Int, _ what: CallFailure.Words) throws(CallFailure)
    -> UnsafeRawBufferPointer
  {
    guard count >= 0 else { throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "the size of \(what)") }
    guard bytes != nil || count == 0 else { throw .null(what) }
    return UnsafeRawBufferPointer(start: bytes, count: count)
  }

  /// Room for `needed` bytes; more is left alone. Throws `BUFFER_TOO_SMALL`.
  static func room(_ bytes: UnsafeMutableRawPointer?, _ capacity: Int, for needed: Int) throws(CallFailure)
    -> UnsafeMutableRawBufferPointer
  {
    guard capacity >= needed else { throw .tooSmall(needed, capacity) }
    guard let bytes else {
      guard needed == 0 else { throw .null("the buffer") }
      return UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeMutableRawBufferPointer(start: bytes, count: needed)
  }
}
