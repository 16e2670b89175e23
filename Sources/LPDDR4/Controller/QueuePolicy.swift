/// Where requests wait.
public enum QueuePolicy: Hashable, Sendable {
  /// Reads and writes share one queue.
  case unified(capacity: Int)
  /// Writes wait in a queue of their own; they are drained from `high` writes down to `low`, or while nothing is read.
  case split(reads: Int, writes: Int, low: Int, high: Int)

  /// Longest queue there can be.
  static let capacityLimit = 65_536

  /// What is wrong with the numbers, or nil.
  func problem() -> StandardError? {
    let capacities: [Int] =
      switch self {
      case .unified(let capacity): [capacity]
      case .split(let reads, let writes, _, _): [reads, writes]
      }
    for capacity in capacities where !(1...QueuePolicy.capacityLimit).contains(capacity) {
      return StandardError(.option, "queue", found: capacity, "1...\(QueuePolicy.capacityLimit) requests")
    }
    if case .split(_, let writes, let low, let high) = self, !(0 <= low && low < high && high <= writes) {
      return StandardError(.option, "drain watermarks \(low) and \(high)", found: high, "0 <= low < high <= \(writes)")
    }
    return nil
  }

  /// Whether writes are served next, given who is served now and who waits.
  @inline(__always)
  func drains(isDraining: Bool, reads: Int, writes: Int) -> Bool {
    guard case .split(_, _, let low, let high) = self else { return false }
    if isDraining { return writes > 0 && (writes > low || reads == 0) }
    return writes >= high || (reads == 0 && writes > 0)
  }
}
