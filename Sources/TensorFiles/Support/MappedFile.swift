import Weft

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files as byte regions: mapped, never copied, so that a file of any size costs address space only.
public enum MappedFile {
  /// Maps a regular file for reading; an empty file is an empty region.
  ///
  /// The file must not shrink while the region lives. Throws `cannotAccess` with the system's reason.
  public static func open(_ path: String) throws(TensorFileError) -> ByteRegion {
    // Without O_NONBLOCK a named pipe would wait for a writer for ever.
    let descriptor = openForReading(path)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw TensorFileError(.cannotAccess, "not a regular file", place: path)
    }
    let byteCount = Int(status.st_size)
    guard byteCount > 0 else { return ByteRegion(copying: []) }
    // The mapping is `byteCount` bytes, the file's length; the region unmaps it.
    guard let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe address != MAP_FAILED
    else { throw failure(path) }
    return unsafe region(UnsafeRawBufferPointer(start: address, count: byteCount))
  }

  /// A region over a mapping of a file, which it takes over.
  static func region(_ mapping: UnsafeRawBufferPointer) -> ByteRegion {
    let pageBytes = Int(sysconf(CInt(_SC_PAGESIZE)))
    // Pages of a file that is mapped to be read come back when they are touched again.
    let relief: @Sendable (UnsafeRawBufferPointer) -> Void = { bytes in
      // Whole pages only: what lies beside the bytes may be in use.
      let first = (UInt(bitPattern: bytes.baseAddress) + UInt(pageBytes) - 1) & ~UInt(pageBytes - 1)
      let last = (UInt(bitPattern: bytes.baseAddress) + UInt(bytes.count)) & ~UInt(pageBytes - 1)
      if first < last {
        _ = unsafe madvise(UnsafeMutableRawPointer(bitPattern: first), Int(last - first), MADV_DONTNEED)
      }
    }
    return unsafe ByteRegion(adopting: mapping, relief: relief) { bytes in
      _ = unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
  }

  /// True when `path` names a folder.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// True when `path` names anything at all.
  public static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0
  }

  /// The names in a folder, without `.` and `..`; empty when it cannot be read.
  public static func names(in folder: String) -> [String] {
    // The stream is open between both calls; an entry is valid until the next, its name a field of fixed size.
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func failure(_ path: String) -> TensorFileError {
    // The system's text ends with a zero.
    TensorFileError(.cannotAccess, unsafe String(cString: strerror(errno)), place: path)
  }
}

// Outside the type, where `open` is the system's.
private func openForReading(_ path: String) -> Int32 { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
