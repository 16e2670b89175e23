import CZlib
import Glibc

/// The bytes of a file or of standard input, inflated where they are gzip's, in pieces of fixed size.
final class TraceStream {
  /// The path, or `standard input`: what errors name.
  let name: String
  private let file: gzFile
  private let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)

  /// Opens a path; `-` is standard input.
  init(_ path: String) throws {
    name = path == "-" ? "standard input" : path
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      piece.deallocate()
      throw CommandFailure(file: name, "cannot open: \(String(cString: strerror(errno)))")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR, let file = gzdopen(descriptor, "rb")
    else {
      close(descriptor)
      piece.deallocate()
      throw CommandFailure(file: name, "cannot read: not a file")
    }
    self.file = file
    gzbuffer(file, 1 << 18)
  }

  deinit {
    gzclose(file)
    piece.deallocate()
  }

  /// The next bytes, valid until the next call; empty at the end.
  func next() throws -> UnsafeRawBufferPointer {
    let count = gzread(file, piece.baseAddress, UInt32(piece.count))
    var code: Int32 = 0
    if count < Int32(piece.count) {
      let message = gzerror(file, &code)
      // A stream that stops early is reported with the last bytes, which are still good, so look at the code.
      guard count >= 0, code == Z_OK || code == Z_STREAM_END else {
        // zlib names the descriptor, which says nothing to anybody.
        let words = message.map { String(cString: $0) } ?? "unknown error"
        let text = words.hasPrefix("<fd:") ? String(words.drop { $0 != ">" }.dropFirst(3)) : words
        throw CommandFailure(file: name, "cannot read: \(text)")
      }
    }
    return UnsafeRawBufferPointer(rebasing: piece[..<Int(count)])
  }
}
