import Weft

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Regions for values that had to be converted: small ones in memory, large ones in a temporary file that is mapped,
/// so that a model larger than memory can be converted.
enum SpooledRegion {
  /// Regions below this many bytes stay in memory.
  static let threshold = 1 << 20

  /// A region that `fill` writes every byte of. Throws `cannotAccess` when no temporary file can be made.
  static func make(
    byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void
  ) throws(TensorFileError) -> ByteRegion {
    guard byteCount >= threshold else { return ByteRegion(byteCount: byteCount, fill: fill) }
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((folder + "/weft-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    unlink(template)
    // Room is reserved at once: a write into a mapping cannot report a full disk.
    let status = posix_fallocate(descriptor, 0, byteCount)
    guard status == 0 else { throw failure(status) }
    guard let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      address != MAP_FAILED
    else { throw failure() }
    fill(UnsafeMutableRawBufferPointer(start: address, count: byteCount))
    let region = MappedFile.region(UnsafeRawBufferPointer(start: address, count: byteCount))
    region.relieve()
    return region
  }

  private static func failure(_ number: Int32 = errno) -> TensorFileError {
    TensorFileError(.cannotAccess, "no temporary file: \(String(cString: strerror(number)))")
  }
}
