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

  /// A region of `byteCount` bytes that `fill` must write every one of, as nothing did before. Throws `cannotAccess`
  /// when no temporary file can be made.
  @unsafe
  static func make(
    byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void
  ) throws(TensorFileError) -> ByteRegion {
    guard byteCount >= threshold else { return unsafe ByteRegion(byteCount: byteCount, fill: fill) }
    // The system's text ends with a zero, and is copied before anyone could change it.
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array((folder + "/weft-XXXXXX").utf8CString)
    // Both calls get a text that ends with a zero and lives as long as they run.
    let descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    unsafe unlink(template)
    // Room is reserved at once: a write into a mapping cannot report a full disk.
    let status = posix_fallocate(descriptor, 0, byteCount)
    guard status == 0 else { throw failure(status) }
    // The mapping is `byteCount` bytes of a file of that length that nobody else has a name for; the region unmaps it.
    guard let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      unsafe address != MAP_FAILED
    else { throw failure() }
    unsafe fill(UnsafeMutableRawBufferPointer(start: address, count: byteCount))
    let region = unsafe MappedFile.region(UnsafeRawBufferPointer(start: address, count: byteCount))
    region.relieve()
    return region
  }

  private static func failure(_ number: Int32 = errno) -> TensorFileError {
    // The system's text ends with a zero.
    TensorFileError(.cannotAccess, "no temporary file: \(unsafe String(cString: strerror(number)))")
  }
}
