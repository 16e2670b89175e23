import LPDDR4
import Traffic

/// Request traces: however the text is cut into pieces, it holds the same requests, and a channel serves them.
enum TraceEntry {
  /// Requests that are run on a channel; a fuzzer's are few.
  private static let limit = 500

  static func read(_ bytes: UnsafeRawBufferPointer) throws {
    let whole = requests(bytes, pieceBytes: max(1, bytes.count))
    let pieces = requests(bytes, pieceBytes: 7)
    precondition(whole.requests == pieces.requests, "a piece boundary changes the requests")
    precondition(whole.problem == pieces.problem, "a piece boundary changes the error")
    if whole.requests.count > 2 { try run(whole.requests) }
    if let problem = whole.problem { throw problem }
  }

  /// Serves requests on a channel; making one takes far longer than reading a trace does.
  private static func run(_ requests: [TraceRequest]) throws {
    let channel = try Channel()
    for request in requests.prefix(limit) {
      channel.submit(
        Request(
          address: request.address, byteCount: channel.bytesPerBurst, kind: request.isWrite ? .write : .read,
          arrival: request.cycle))
    }
    let report = channel.finish()
    precondition(report.reads + report.writes == min(limit, requests.count), "a request was lost")
  }

  private static func requests(
    _ bytes: UnsafeRawBufferPointer, pieceBytes: Int
  ) -> (requests: [TraceRequest], problem: TraceProblem?) {
    var requests: [TraceRequest] = []
    var parser = TraceParser(byteCount: 1 << 30, burstBytes: 32)
    do {
      for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
        let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + pieceBytes)])
        try parser.take(piece) { requests.append($0) }
      }
      try parser.finish { requests.append($0) }
      return (requests, nil)
    } catch let problem as TraceProblem {
      return (requests, problem)
    } catch {
      preconditionFailure("an error that is not documented: \(error)")
    }
  }
}
