import Glibc
import Synchronization

/// The files that the command reads: none of them is written over, and none may change before a result is complete.
enum ReadFiles {
  private struct File {
    let path: String
    let status: stat
  }

  private static let files = Mutex<[File]>([])
  /// Folders in folders that are looked into.
  private static let depth = 3

  /// Notes a file, or the files of a network's folder, before it is read. Others say by themselves what is wrong.
  static func note(_ path: String) { note(path, depth: depth) }

  private static func note(_ path: String, depth: Int) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    switch status.st_mode & S_IFMT {
    case S_IFREG: files.withLock { $0.append(File(path: path, status: status)) }
    case S_IFDIR where depth > 0:
      guard let folder = opendir(path) else { return }
      defer { closedir(folder) }
      while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        // Containers that lie there are results.
        if name != ".", name != "..", !name.hasSuffix(".weft") { note("\(path)/\(name)", depth: depth - 1) }
      }
    default: break
    }
  }

  /// Throws where the file of that status is one of them.
  static func refuse(_ output: stat, _ path: String) throws {
    let isRead = files.withLock { files in
      files.contains { $0.status.st_dev == output.st_dev && $0.status.st_ino == output.st_ino }
    }
    guard !isRead else { throw CommandFailure(file: path, "is an input, which is not written over") }
  }

  /// Throws where one of them has another size or time than when it was noted.
  static func checkUnchanged() throws {
    let noted = files.withLock { $0 }
    for file in noted {
      var now = stat()
      guard stat(file.path, &now) == 0, now.st_dev == file.status.st_dev, now.st_ino == file.status.st_ino else {
        // What was opened is read to its end under any name.
        continue
      }
      guard now.st_size == file.status.st_size, now.st_mtim.tv_sec == file.status.st_mtim.tv_sec,
        now.st_mtim.tv_nsec == file.status.st_mtim.tv_nsec
      else { throw CommandFailure(file: file.path, "changed while it was read") }
    }
  }
}
