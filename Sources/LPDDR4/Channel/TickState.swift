/// What the tick face remembers between calls.
struct TickState {
  /// The clock that the next tick is.
  var clock = 0
  var isCollecting = false
  var reads = CompletionRing()
  var writes = CompletionRing()

  mutating func append(_ completion: Completion) {
    if completion.isWrite { writes.append(completion) } else { reads.append(completion) }
  }

  /// Clock at which the next data ends that the host has not been told of.
  var nextEnd: Int { min(reads.first?.dataEnd ?? Int.max, writes.first?.dataEnd ?? Int.max) }

  /// The next completion whose data has ended by `clock`; reads before writes of the same clock.
  mutating func next(by clock: Int) -> Completion? {
    let end = nextEnd
    guard end <= clock else { return nil }
    if let read = reads.first, read.dataEnd == end {
      reads.removeFirst()
      return read
    }
    let write = writes.first
    writes.removeFirst()
    return write
  }
}
