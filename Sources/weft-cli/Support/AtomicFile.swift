import Glibc
import SystemPackage
import Weft

/// An output file that is there complete or not at all.
///
/// It is written without a name where the file system allows that, so that not even a kill leaves a part behind;
/// else under a temporary name that is removed on failure and on the signals that end a command.
final class AtomicFile {
  let path: String
  let descriptor: FileDescriptor
  private let mayOverwrite: Bool
  private var temporary: (name: String, ticket: CInt)?
  private var isOpen = true

  /// Starts a file. Throws when it exists and may not be overwritten, or when its folder cannot be written.
  ///
  /// Where the path is a link, what it leads to is written.
  init(_ given: String, mayOverwrite: Bool) throws {
    var status = stat()
    let exists = lstat(given, &status) == 0
    guard !exists || mayOverwrite else { throw CommandFailure(file: given, "already exists (-f overwrites)") }
    var path = given
    if exists, status.st_mode & S_IFMT == S_IFLNK {
      guard let target = realpath(given, nil) else {
        throw CommandFailure(file: given, "cannot write: \(Errno(rawValue: errno))")
      }
      defer { free(target) }
      path = String(cString: target)
      guard lstat(path, &status) == 0 else {
        throw CommandFailure(file: given, "cannot write: \(Errno(rawValue: errno))")
      }
    }
    if exists {
      let kind = status.st_mode & S_IFMT
      guard kind != S_IFDIR else { throw CommandFailure(file: given, "is a folder") }
      guard kind == S_IFREG else { throw CommandFailure(file: given, "is not a regular file") }
      try ReadFiles.refuse(status, given)
    }
    self.path = path
    self.mayOverwrite = mayOverwrite
    let folder = AtomicFile.folder(of: path)
    let unnamed = open(folder, Spool.unnamedFile | O_RDWR | O_CLOEXEC, 0o666)
    if unnamed >= 0 {
      descriptor = FileDescriptor(rawValue: unnamed)
      return
    }
    let name = AtomicFile.temporaryName(beside: path)
    // Noted before it is there, so that no signal comes in between.
    let ticket = try Cleanup.note(name)
    let named = open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o666)
    guard named >= 0 else {
      let reason = Errno(rawValue: errno)
      Cleanup.forget(ticket)
      throw CommandFailure(file: path, "cannot write: \(reason)")
    }
    descriptor = FileDescriptor(rawValue: named)
    temporary = (name, ticket)
  }

  deinit {
    if isOpen { try? descriptor.close() }
    if let temporary {
      unlink(temporary.name)
      Cleanup.forget(temporary.ticket)
    }
  }

  /// Gives the file its name. After this it is there, complete.
  func commit() throws {
    do {
      if let temporary {
        try rename(temporary.name)
        Cleanup.forget(temporary.ticket)
        self.temporary = nil
      } else {
        try link()
      }
      isOpen = false
      try descriptor.close()
    } catch let error as Errno {
      throw CommandFailure(file: path, "cannot write: \(error)")
    }
  }

  private func link() throws {
    let source = "/proc/self/fd/\(descriptor.rawValue)"
    if linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 { return }
    guard errno == EEXIST else { throw Errno(rawValue: errno) }
    guard mayOverwrite else { throw CommandFailure(file: path, "already exists (-f overwrites)") }
    // A link cannot replace a file, a rename can.
    let name = AtomicFile.temporaryName(beside: path)
    let ticket = try Cleanup.note(name)
    defer { Cleanup.forget(ticket) }
    guard linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 else { throw Errno(rawValue: errno) }
    do {
      try rename(name)
    } catch {
      unlink(name)
      throw error
    }
  }

  private func rename(_ name: String) throws {
    guard Glibc.rename(name, path) == 0 else { throw Errno(rawValue: errno) }
  }

  private static func folder(of path: String) -> String {
    let folder = FilePath(path).removingLastComponent()
    return folder.isEmpty ? "." : folder.string
  }

  private static func temporaryName(beside path: String) -> String {
    "\(folder(of: path))/.weft-\(getpid())-\(UInt32.random(in: .min ... .max))"
  }
}

/// Where a verb writes: a file made whole; or a stream, which takes what comes: standard output, a device, a pipe.
enum Output: ByteSink {
  case file(AtomicFile)
  case stream(FileDescriptor, name: String)

  /// `-` is standard output.
  init(_ path: String, mayOverwrite: Bool) throws {
    var status = stat()
    if path == "-" {
      self = .stream(.standardOutput, name: "standard output")
    } else if stat(path, &status) == 0, [S_IFCHR, S_IFIFO].contains(status.st_mode & S_IFMT) {
      do {
        self = .stream(try FileDescriptor.open(path, .writeOnly, options: .closeOnExec), name: path)
      } catch let error as Errno {
        throw CommandFailure(file: path, "cannot write: \(error)")
      }
    } else {
      self = .file(try AtomicFile(path, mayOverwrite: mayOverwrite))
    }
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(WeftError) {
    do {
      switch self {
      case .file(let file): try file.descriptor.writeAll(bytes)
      case .stream(let descriptor, _): try descriptor.writeAll(bytes)
      }
    } catch {
      throw WeftError(.writeFailed, "\(name): cannot write: \(error)")
    }
  }

  /// What errors call it.
  private var name: String {
    switch self {
    case .file(let file): file.path
    case .stream(_, let name): name
    }
  }

  /// Ends the output. Throws where something that was read has changed meanwhile: a file is not there then.
  func commit() throws {
    try ReadFiles.checkUnchanged()
    if case .file(let file) = self { try file.commit() }
  }
}
