/// Gives the bytes of a container at any offset; read from several threads at once.
public protocol ByteSource: Sendable {
  /// Length of the source.
  var byteCount: UInt64 { get }

  /// Fills all of `target` with the bytes at `offset`; the caller keeps within `byteCount`. Throws `readFailed`.
  func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) throws(WeftError)
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
}
