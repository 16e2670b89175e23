import Dispatch
import Synchronization
import Weft

/// Runs independent pieces of work on several threads.
enum Parallel {
  /// Calls `body` for 0..<count, spread over at most `threads` threads, and returns the results in order. The first
  /// error by number is thrown when all have ended.
  static func map<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    if threads <= 1 || count <= 1 { return try (0..<count).map(body) }
    let next = Atomic(0)
    let results = Mutex([Swift.Result<Result, any Error>?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while case let index = next.add(1, ordering: .relaxed).oldValue, index < count {
        let result = Swift.Result { try body(index) }
        results.withLock { $0[index] = result }
      }
    }
    return try results.withLock { $0 }.map { try $0!.get() }
  }
}
