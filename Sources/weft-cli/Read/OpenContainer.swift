import Networks
import Weft

/// A container file that a verb reads; its errors name the file.
struct OpenContainer {
  let name: String
  let reader: ContainerReader<FileSource, Kernel>

  /// Opens a path, or `-`; `name` is what errors call it.
  init(_ path: String, name: String? = nil) throws {
    self.name = name ?? (path == "-" ? "standard input" : path)
    let kernel = try KernelChoice.selected()
    let source = try FileSource(path)
    do throws(WeftError) {
      reader = try ContainerReader(source, kernel: kernel)
    } catch {
      throw CommandFailure(file: self.name, error)
    }
  }

  /// Runs `body`; an error of the format becomes a failure that names the file.
  func failing<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as WeftError {
      throw CommandFailure(file: name, error)
    }
  }

  /// The array of a stored entry; nil for a document or a tensor.
  func array(of entry: IndexEntry) throws(WeftError) -> StoredArray? {
    guard case .stored(let record) = entry.kind else { return nil }
    return StoredArray(record, data: try reader.data(of: entry))
  }
}
