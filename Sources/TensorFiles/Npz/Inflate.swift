import CZlib
import Weft

/// Raw deflate streams and CRC-32, by zlib.
enum Inflate {
  /// Exactly `byteCount` bytes out of a raw deflate stream that ends with its input. Throws `malformed` or
  /// `inconsistent`; never writes beyond `byteCount`.
  static func inflated(_ source: UnsafeRawBufferPointer, byteCount: Int) throws(TensorFileError) -> ByteRegion {
    var problem: TensorFileError?
    let region = try SpooledRegion.make(byteCount: byteCount) { target in
      problem = fill(target, from: source)
    }
    if let problem { throw problem }
    return region
  }

  private static func fill(
    _ target: UnsafeMutableRawBufferPointer, from source: UnsafeRawBufferPointer
  ) -> TensorFileError? {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else {
      return TensorFileError(.cannotAccess, "zlib cannot start")
    }
    defer { inflateEnd(&stream) }
    var (read, written) = (0, 0)
    // One byte of room more than there should be shows a stream that is too long; zlib counts in 32 bits.
    let spare = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    defer { spare.deallocate() }
    while true {
      let input = min(source.count - read, 1 << 30)
      let output = min(target.count - written, 1 << 30)
      stream.next_in = UnsafeMutablePointer(
        mutating: source.baseAddress?.advanced(by: read).assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(input)
      stream.next_out =
        output > 0 ? target.baseAddress?.advanced(by: written).assumingMemoryBound(to: UInt8.self) : spare
      stream.avail_out = UInt32(max(output, 1))
      let status = inflate(&stream, Z_NO_FLUSH)
      read += input - Int(stream.avail_in)
      let made = max(output, 1) - Int(stream.avail_out)
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
      case Z_OK where made > 0 || Int(stream.avail_in) < input: continue
      case Z_OK, Z_BUF_ERROR:
        return TensorFileError(.truncated, "the deflate stream ends early, \(written) of \(target.count) bytes")
      default: return TensorFileError(.malformed, "no deflate stream (\(status))", at: read)
      }
    }
  }

  /// CRC-32 as zip has it.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
  }
}
