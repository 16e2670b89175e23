/// Gives the bytes of a container at any offset; read from several threads at once.
public protocol ByteSource: Sendable {
  /// Length of the source.
  var byteCount: UInt64 { get }

  /// Fills all of `target` with the bytes at `offset`; the caller keeps within `byteCount`. Throws `readFailed`.
  func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) throws(WeftError)

  /// Calls `body` with the bytes in `range`, which the caller keeps within `byteCount`: where they lie, or else in a
  /// copy. Throws `readFailed` and what `body` throws.
  func withBytes<Result>(
    in range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) throws(WeftError) -> Result
  ) throws(WeftError) -> Result
}

extension ByteSource {
  public func withBytes<Result>(
    in range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) throws(WeftError) -> Result
  ) throws(WeftError) -> Result {
    try unsafe Weft.withBytes(of: readBytes(range), body)
  }

  func readBytes(_ range: Range<UInt64>) throws(WeftError) -> [UInt8] {
    var failure: WeftError?
    // `read` fills as many bytes as are then counted, or none are.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { target, count in
      do throws(WeftError) {
        try unsafe read(
          at: range.lowerBound,
          into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[..<range.count]))
        count = range.count
      } catch {
        failure = error
        count = 0
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// A container in memory.
public struct ArraySource: ByteSource {
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var byteCount: UInt64 { UInt64(bytes.count) }

  public func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) throws(WeftError) {
    precondition(offset <= byteCount && UInt64(target.count) <= byteCount - offset)
    // As many bytes as the target has, all inside the array.
    unsafe bytes.withUnsafeBytes {
      unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)..<Int(offset) + target.count]))
    }
  }

  public func withBytes<Result>(
    in range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) throws(WeftError) -> Result
  ) throws(WeftError) -> Result {
    try unsafe Weft.withBytes(of: bytes) { bytes throws(WeftError) in
      try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
    }
  }
}
