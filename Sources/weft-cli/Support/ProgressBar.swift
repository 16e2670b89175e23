import Glibc
import Synchronization

/// A bar on standard error: shown on a terminal and nowhere else, at most ten times a second. Any thread may advance it.
final class ProgressBar: Sendable {
  private let label: String
  private let total: UInt64
  private let isShown: Bool
  private let state = Mutex((done: UInt64(0), lastDrawn: UInt64(0)))

  /// `total` in any unit; nothing is shown when `isQuiet` or when standard error is no terminal.
  init(_ label: String, total: UInt64, isQuiet: Bool) {
    self.label = label
    self.total = total
    isShown = !isQuiet && total > 0 && isatty(STDERR_FILENO) == 1
  }

  func advance(_ amount: UInt64) {
    guard isShown else { return }
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let tenths = UInt64(time.tv_sec) * 10 + UInt64(time.tv_nsec) / 100_000_000
    state.withLock { state in
      state.done += amount
      guard tenths != state.lastDrawn else { return }
      state.lastDrawn = tenths
      draw(state.done)
    }
  }

  private func draw(_ done: UInt64) {
    let width = 30
    let filled = min(width, Int(Double(done) / Double(total) * Double(width)))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    Console.error("\r\(label) [\(bar)] \(min(100, done * 100 / total)) %", terminator: "")
  }

  deinit {
    if isShown, state.withLock({ $0.lastDrawn }) != 0 { Console.error("\r\u{1B}[K", terminator: "") }
  }
}
