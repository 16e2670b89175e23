/// One line of a trace: `ADDRESS READ|WRITE CYCLE`.
struct TraceRequest: Equatable {
  var address: Int
  var isWrite: Bool
  var cycle: Int
}
