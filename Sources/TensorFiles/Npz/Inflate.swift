import CZlib
import Weft

/// Raw deflate streams and CRC-32, by zlib.
enum Inflate {
  /// Exactly `byteCount` bytes out of a raw deflate stream that ends with its input. Throws `malformed` or
  /// `inconsistent`; never writes beyond `byteCount`.
  static func inflated(_ source: FileBytes, byteCount: Int) throws(TensorFileError) -> ByteRegion {
    var problem: TensorFileError?
    let region = try unsafe SpooledRegion.make(byteCount: byteCount) { target in
      problem = unsafe source.withPointer { source in unsafe fill(target, from: source) }
    }
    if let problem { throw problem }
    return region
  }

  /// Writes the whole target, or says why not.
  ///
  /// In bounds: zlib reads `avail_in` bytes from `next_in` and writes `avail_out` to `next_out`, which are what is left
  /// of both buffers, or the one spare byte; the stream starts as zeros, as zlib asks for, and lives until
  /// `inflateEnd`.
  private static func fill(
    _ target: UnsafeMutableRawBufferPointer, from source: UnsafeRawBufferPointer
  ) -> TensorFileError? {
    var stream = unsafe z_stream()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else {
      return TensorFileError(.cannotAccess, "zlib cannot start")
    }
    defer { unsafe inflateEnd(&stream) }
    var (read, written) = (0, 0)
    // One byte of room more than there should be shows a stream that is too long; zlib counts in 32 bits.
    let spare = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    defer { unsafe spare.deallocate() }
    while true {
      let input = min(source.count - read, 1 << 30)
      let output = min(target.count - written, 1 << 30)
      unsafe stream.next_in = UnsafeMutablePointer(
        mutating: source.baseAddress?.advanced(by: read).assumingMemoryBound(to: UInt8.self))
      unsafe stream.avail_in = UInt32(input)
      unsafe stream.next_out =
        output > 0 ? target.baseAddress?.advanced(by: written).assumingMemoryBound(to: UInt8.self) : spare
      unsafe stream.avail_out = UInt32(max(output, 1))
      let status = unsafe inflate(&stream, Z_NO_FLUSH)
      let unread = Int(unsafe stream.avail_in)
      read += input - unread
      let made = max(output, 1) - Int(unsafe stream.avail_out)
      guard output > 0 || made == 0 else {
        return TensorFileError(.inconsistent, "inflates to more than \(target.count) bytes")
      }
      written += made
      switch status {
      case Z_STREAM_END:
        guard written == target.count, read == source.count else {
          return TensorFileError(.inconsistent, "\(target.count) bytes expected, inflates to \(written)")
        }
        return nil
      case Z_OK where made > 0 || unread < input: continue
      case Z_OK, Z_BUF_ERROR:
        return TensorFileError(.truncated, "the deflate stream ends early, \(written) of \(target.count) bytes")
      default: return TensorFileError(.malformed, "no deflate stream (\(status))", at: read)
      }
    }
  }

  /// CRC-32 as zip has it. Memory: of a mapped file, that of a part at a time.
  static func checksum(_ region: ByteRegion) -> UInt32 {
    var checksum: UInt = 0
    for first in stride(from: 0, to: region.count, by: ByteRegion.passByteCount) {
      let part = FileBytes(FileBytes(region), first..<min(region.count, first + ByteRegion.passByteCount))
      // zlib reads `count` bytes and keeps no pointer.
      checksum = unsafe part.withPointer { bytes in
        unsafe crc32_z(checksum, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
      }
      region.relieveBetweenPasses()
    }
    return UInt32(truncatingIfNeeded: checksum)
  }
}
