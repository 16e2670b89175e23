import Glibc
import SystemPackage
import Weft

/// A container file opened for reading at random; read from several threads.
final class FileSource: ByteSource {
  let byteCount: UInt64
  private let descriptor: FileDescriptor

  /// Opens a regular file, or copies standard input (`-`) to an unnamed temporary file first.
  init(_ path: String) throws {
    if path == "-" {
      descriptor = try Spool.standardInput(for: "standard input")
    } else {
      ReadFiles.note(path)
      do {
        descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
      } catch let error as Errno {
        throw CommandFailure(file: path, "cannot open: \(error)")
      }
    }
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      try? descriptor.close()
      throw CommandFailure(file: path, "not a regular file")
    }
    byteCount = UInt64(status.st_size)
  }

  deinit { try? descriptor.close() }

  func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) throws(WeftError) {
    var done = 0
    while done < target.count {
      let count: Int
      do {
        count = try descriptor.read(
          fromAbsoluteOffset: Int64(offset) + Int64(done),
          into: UnsafeMutableRawBufferPointer(rebasing: target[done...]))
      } catch {
        throw WeftError(.readFailed, "\(error)", offset: offset + UInt64(done))
      }
      guard count > 0 else {
        throw WeftError(.readFailed, "the file became shorter", offset: offset + UInt64(done))
      }
      done += count
    }
  }
}
