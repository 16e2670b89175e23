import Glibc

/// Best times of several jobs that take turns, so that all see the same machine.
struct Stopwatch {
  private(set) var best: [String: Double] = [:]
  private let jobs: [(name: String, body: () throws -> Void)]

  init(_ jobs: [(name: String, body: () throws -> Void)]) { self.jobs = jobs }

  /// Runs one job, untimed.
  func once(_ name: String) throws {
    for job in jobs where job.name == name { try job.body() }
  }

  /// Runs every job in turn, `rounds` times; each turn repeats the job until it has taken about `turn` seconds.
  mutating func run(rounds: Int, turn: Double = 0.002) throws {
    for _ in 0..<rounds {
      for job in jobs {
        var passes = 0
        let start = Stopwatch.now()
        var end = start
        repeat {
          let before = Stopwatch.now()
          try job.body()
          end = Stopwatch.now()
          best[job.name] = min(best[job.name] ?? .infinity, end - before)
          passes += 1
        } while end - start < turn
      }
    }
  }

  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
