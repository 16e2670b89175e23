import Dispatch
import Synchronization

/// Spreads independent work over threads.
enum Concurrent {
  /// Calls `body` for 0..<count, with the number of the thread (below `threads`) that it runs on, and returns when all
  /// have ended. `body` must touch nothing that a call with another number touches, on another thread.
  static func run(_ count: Int, threads: Int, _ body: (_ thread: Int, _ number: Int) -> Void) {
    guard threads > 1, count > 1 else {
      for number in 0..<count { body(0, number) }
      return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(body) { body in
      // Calls touch nothing in common, as the caller promises.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: min(threads, count)) { thread in
        while case let number = next.add(1, ordering: .relaxed).oldValue, number < count { body(thread, number) }
      }
    }
  }
}
