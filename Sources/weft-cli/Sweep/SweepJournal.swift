import Foundation
import Synchronization
import SystemPackage

/// Rows as they are done, in a file beside the result, so that a killed sweep goes on where it was.
///
/// One JSON object a line behind a first line that names the sweep. Rows are only ever added; a line that was cut off
/// is dropped. The result is written from the rows in the order of the specification, so it does not depend on the
/// order in which they came.
final class SweepJournal: Sendable {
  private struct Line: Codable {
    var index: Int
    var row: SweepRow
  }

  private let file: Mutex<FileDescriptor>
  /// Rows that an earlier run left.
  let done: [Int: SweepRow]
  private let path: String

  /// Opens or begins the journal of a sweep that `identity` tells from others.
  init(_ path: String, identity: String, count: Int) throws {
    self.path = path
    let (file, text): (FileDescriptor, Data)
    do {
      file = try FileDescriptor.open(
        FilePath(path), .readWrite, options: [.create, .closeOnExec, .append],
        permissions: FilePermissions(rawValue: 0o666))
      text = try FileHandle(fileDescriptor: file.rawValue).readToEnd() ?? Data()
    } catch {
      throw SweepJournal.failure(path, error)
    }
    self.file = Mutex(file)
    let newline = UInt8(ascii: "\n")
    let whole = text[..<(text.lastIndex(of: newline).map { $0 + 1 } ?? 0)]
    let lines = whole.split(separator: newline)
    guard lines.isEmpty || String(decoding: lines[0], as: UTF8.self) == identity else {
      try? file.close()
      throw CommandFailure(file: path, "belongs to another sweep: remove it, or choose another output")
    }
    var done: [Int: SweepRow] = [:]
    for line in lines.dropFirst() {
      guard let entry = try? JSONDecoder().decode(Line.self, from: Data(line)), (0..<count).contains(entry.index)
      else { continue }
      done[entry.index] = entry.row
    }
    self.done = done
    do {
      // What a kill cut off would spoil the next line.
      if whole.count < text.count { try file.resize(to: Int64(whole.count)) }
      if lines.isEmpty { _ = try file.writeAll((identity + "\n").utf8) }
    } catch {
      throw SweepJournal.failure(path, error)
    }
  }

  deinit { file.withLock { try? $0.close() } }

  /// Adds a row; any thread may.
  func append(_ index: Int, _ row: SweepRow) throws {
    var data = try JSONEncoder().encode(Line(index: index, row: row))
    data.append(UInt8(ascii: "\n"))
    let bytes = data
    do {
      _ = try file.withLock { try $0.writeAll(bytes) }
    } catch {
      throw SweepJournal.failure(path, error)
    }
  }

  /// The result is complete: the journal is no longer needed.
  func remove() { try? FileManager.default.removeItem(atPath: path) }

  private static func failure(_ path: String, _ error: any Error) -> CommandFailure {
    let reason = (error as? Errno).map { "\($0)" } ?? (error as NSError).localizedDescription
    return CommandFailure(file: path, "cannot write: \(reason)")
  }
}
