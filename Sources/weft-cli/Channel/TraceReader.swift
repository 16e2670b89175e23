import Traffic

/// Hands out the requests of a trace file one by one; memory does not depend on its length.
struct TraceReader: ~Copyable {
  private let stream: TraceStream
  private var parser: TraceParser

  /// Opens a path, `-` for standard input, whose text `parser` takes.
  init(_ path: String, parser: consuming TraceParser) throws {
    ReadFiles.note(path)
    stream = try TraceStream(path)
    self.parser = parser
  }

  /// Calls `body` for every request in order. Throws a `CommandFailure` that names the line.
  mutating func forEach(_ body: (TraceRequest) throws -> Void) throws {
    do {
      while case let piece = try stream.next(), piece.count > 0 { try parser.take(piece, body) }
      try parser.finish(body)
    } catch let problem as TraceProblem {
      throw CommandFailure(file: stream.name, problem)
    }
  }
}
