import Glibc
import SystemPackage

/// Unnamed temporary files: gone when closed, however the command ends.
enum Spool {
  /// Linux's `O_TMPFILE`, whose definition is a macro that Swift does not import.
  static let unnamedFile: Int32 = 0o20_000_000 | O_DIRECTORY

  /// Folder for temporary files.
  static var folder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  /// All of standard input in a file, so that it can be read at random in bounded memory.
  static func standardInput(for name: String) throws -> FileDescriptor {
    let file = try unnamed(in: folder, for: name)
    do {
      try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 64) { buffer in
        while case let count = try FileDescriptor.standardInput.read(into: buffer), count > 0 {
          try file.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
      }
      try file.seek(offset: 0, from: .start)
      return file
    } catch {
      try? file.close()
      throw CommandFailure(file: name, "cannot read: \(error)")
    }
  }

  /// A file without a name in `folder`; named and unlinked at once where the file system has no such files.
  static func unnamed(in folder: String, for name: String) throws -> FileDescriptor {
    let direct = open(folder, unnamedFile | O_RDWR | O_CLOEXEC, 0o600)
    if direct >= 0 { return FileDescriptor(rawValue: direct) }
    var template = Array("\(folder)/.weft-XXXXXX".utf8CString)
    let named = mkstemp(&template)
    guard named >= 0 else {
      throw CommandFailure(file: name, "cannot make a temporary file in \(folder): \(Errno(rawValue: errno))")
    }
    _ = fcntl(named, F_SETFD, FD_CLOEXEC)
    unlink(&template)
    return FileDescriptor(rawValue: named)
  }
}
