/// Takes the text of a request trace in pieces of any size and hands out its requests one by one; memory does not
/// depend on its length.
///
/// A line is `ADDRESS READ|WRITE CYCLE`: hexadecimal address of a burst, earliest clock of arrival, which never goes
/// back. Lines of white space are left out.
public struct TraceParser: ~Copyable {
  private let line: TraceLine
  private let isClosedLoop: Bool
  private let lastCycle: Int
  /// The beginning of a line whose end has not come yet.
  private var carried: [UInt8] = []
  private var number = 0
  private var last = 0
  /// Longest line in bytes: a request takes far less.
  public static let lineLimit = 4_096

  /// - Parameters:
  ///   - byteCount: bytes of the channel: addresses lie below.
  ///   - burstBytes: addresses are multiples of this.
  ///   - isClosedLoop: cycles are ignored; all become 0.
  ///   - lastCycle: later cycles are refused.
  public init(byteCount: Int, burstBytes: Int, isClosedLoop: Bool = false, lastCycle: Int = .max) {
    line = TraceLine(byteCount: byteCount, burstBytes: burstBytes)
    self.isClosedLoop = isClosedLoop
    self.lastCycle = lastCycle
  }

  /// Takes the next bytes and calls `body` for every request that ends in them. Throws `TraceProblem`, or what
  /// `body` throws; after that the parser is of no more use.
  public mutating func take(_ piece: UnsafeRawBufferPointer, _ body: (TraceRequest) throws -> Void) throws {
    var rest = piece
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n"))
      let bytes = UnsafeRawBufferPointer(rebasing: rest[..<(end ?? rest.count)])
      guard carried.count + bytes.count <= TraceParser.lineLimit else {
        throw TraceProblem(
          what: "line is too long", line: number + 1, expected: "at most \(TraceParser.lineLimit) bytes", found: "more")
      }
      if carried.isEmpty, end != nil {
        try request(in: bytes, body)
      } else {
        carried.append(contentsOf: bytes)
        if end != nil { try requestInCarried(body) }
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[(bytes.count + (end == nil ? 0 : 1))...])
    }
  }

  /// Takes the last line, where no line end stands behind it. Throws as `take`.
  public mutating func finish(_ body: (TraceRequest) throws -> Void) throws {
    if !carried.isEmpty { try requestInCarried(body) }
  }

  private mutating func requestInCarried(_ body: (TraceRequest) throws -> Void) throws {
    var bytes: [UInt8] = []
    swap(&bytes, &carried)
    try bytes.withUnsafeBytes { try request(in: $0, body) }
    bytes.removeAll(keepingCapacity: true)
    swap(&bytes, &carried)
  }

  private mutating func request(in bytes: UnsafeRawBufferPointer, _ body: (TraceRequest) throws -> Void) throws {
    number += 1
    var found: TraceRequest?
    do throws(TraceProblem) {
      found = try line.parse(bytes)
    } catch {
      var problem = error
      problem.line = number
      throw problem
    }
    guard var request = found else { return }
    if isClosedLoop { request.cycle = 0 }
    guard request.cycle >= last else {
      throw TraceProblem(
        what: "cycle goes back", line: number, expected: "at least \(last)", found: "\(request.cycle)")
    }
    guard request.cycle <= lastCycle else {
      throw TraceProblem(
        what: "cycle is too late", line: number, expected: "at most \(lastCycle)", found: "\(request.cycle)")
    }
    last = request.cycle
    try body(request)
  }
}
