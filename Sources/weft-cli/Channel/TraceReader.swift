import Glibc

/// Hands out the requests of a trace one by one; memory does not depend on its length.
final class TraceReader {
  private let stream: TraceStream
  private let line: TraceLine
  private let isClosedLoop: Bool
  private let lastCycle: Int
  /// Longest line: a request takes far less.
  private static let lineLimit = 4_096

  /// - Parameters:
  ///   - isClosedLoop: cycles are ignored; all become 0.
  ///   - lastCycle: later cycles are refused.
  init(_ path: String, line: TraceLine, isClosedLoop: Bool, lastCycle: Int = .max) throws {
    stream = try TraceStream(path)
    self.line = line
    self.isClosedLoop = isClosedLoop
    self.lastCycle = lastCycle
  }

  /// Calls `body` for every request in order. Throws a `CommandFailure` that names the line.
  func forEach(_ body: (TraceRequest) throws -> Void) throws {
    let carry = UnsafeMutableRawBufferPointer.allocate(byteCount: TraceReader.lineLimit, alignment: 16)
    defer { carry.deallocate() }
    var (carried, number, last) = (0, 0, 0)

    func take(_ bytes: UnsafeRawBufferPointer) throws {
      number += 1
      var request: TraceRequest?
      do {
        request = try line.parse(bytes)
      } catch let problem {
        throw failure(problem.what, line: number, problem.expected, problem.found)
      }
      guard var request else { return }
      if isClosedLoop { request.cycle = 0 }
      guard request.cycle >= last else {
        throw failure("cycle goes back", line: number, "at least \(last)", "\(request.cycle)")
      }
      guard request.cycle <= lastCycle else {
        throw failure("cycle is too late for --commands", line: number, "at most \(lastCycle)", "\(request.cycle)")
      }
      last = request.cycle
      try body(request)
    }

    while case let piece = try stream.next(), piece.count > 0 {
      var start = 0
      while start < piece.count {
        let begin = piece.baseAddress! + start
        let left = piece.count - start
        let end = memchr(begin, 0x0A, left)
        let length = end.map { UnsafeRawPointer($0) - begin } ?? left
        guard carried + length <= TraceReader.lineLimit else {
          throw failure(
            "line is too long", line: number + 1, "at most \(TraceReader.lineLimit) bytes", "more")
        }
        if carried == 0, end != nil {
          try take(UnsafeRawBufferPointer(start: begin, count: length))
        } else {
          carry.baseAddress!.advanced(by: carried).copyMemory(from: begin, byteCount: length)
          carried += length
          if end != nil {
            try take(UnsafeRawBufferPointer(rebasing: carry[..<carried]))
            carried = 0
          }
        }
        start += length + (end == nil ? 0 : 1)
      }
    }
    if carried > 0 { try take(UnsafeRawBufferPointer(rebasing: carry[..<carried])) }
  }

  private func failure(_ what: String, line: Int, _ expected: String, _ found: String) -> CommandFailure {
    CommandFailure(file: stream.name, "\(what) (line \(line), expected \(expected), found \(found))")
  }
}
