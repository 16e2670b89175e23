import Foundation
import Synchronization

/// Rows as they are done, in a file beside the result, so that a killed sweep goes on where it was.
///
/// One JSON object a line behind a first line that names the sweep. A line that was cut off is dropped. The result is
/// written from the rows in the order of the specification, so it does not depend on the order in which they came.
final class SweepJournal: Sendable {
  private struct Line: Codable {
    var index: Int
    var row: SweepRow
  }

  private let handle: Mutex<FileHandle>
  /// Rows that an earlier run left.
  let done: [Int: SweepRow]
  private let path: String

  /// Opens or begins the journal of a sweep that `identity` tells from others.
  init(_ path: String, identity: String, count: Int) throws {
    self.path = path
    var done: [Int: SweepRow] = [:]
    var kept = Data((identity + "\n").utf8)
    if let data = FileManager.default.contents(atPath: path) {
      let lines = data.split(separator: UInt8(ascii: "\n"))
      guard let first = lines.first, String(decoding: first, as: UTF8.self) == identity else {
        throw CommandFailure(file: path, "belongs to another sweep: remove it, or choose another output")
      }
      for line in lines.dropFirst() {
        guard let entry = try? JSONDecoder().decode(Line.self, from: Data(line)), (0..<count).contains(entry.index)
        else {
          continue
        }
        done[entry.index] = entry.row
        kept.append(contentsOf: line)
        kept.append(UInt8(ascii: "\n"))
      }
    }
    self.done = done
    guard FileManager.default.createFile(atPath: path, contents: kept),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw CommandFailure(file: path, "cannot write") }
    try handle.seekToEnd()
    self.handle = Mutex(handle)
  }

  /// Adds a row; any thread may.
  func append(_ index: Int, _ row: SweepRow) throws {
    var data = try JSONEncoder().encode(Line(index: index, row: row))
    data.append(UInt8(ascii: "\n"))
    let bytes = data
    try handle.withLock { handle in
      do { try handle.write(contentsOf: bytes) } catch { throw CommandFailure(file: path, "cannot write") }
    }
  }

  /// The result is complete: the journal is no longer needed.
  func remove() {
    handle.withLock { try? $0.close() }
    try? FileManager.default.removeItem(atPath: path)
  }
}
