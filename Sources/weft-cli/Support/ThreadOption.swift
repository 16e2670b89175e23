import ArgumentParser
import CWeftProcess
import Foundation
import Synchronization

/// `-T N`.
struct ThreadOption: ParsableArguments {
  @Option(name: [.customShort("T"), .customLong("threads")], help: "Threads; 0 for one a core.")
  var threads = 0

  /// The number of threads to use: fewer than asked for where there is no room for their stacks.
  var count: Int {
    ThreadOption.granted.withLock { granted in
      if let count = granted[threads] { return count }
      let wanted = threads == 0 ? ProcessInfo.processInfo.activeProcessorCount : threads
      let count = Int(weft_process_threads(CInt(wanted)))
      granted[threads] = count
      return count
    }
  }

  /// What was found out, for each number asked for: the system is asked once.
  private static let granted = Mutex<[Int: Int]>([:])

  func validate() throws {
    guard threads >= 0, threads <= 1024 else { throw ValidationError("-T takes 0...1024, not \(threads)") }
  }
}
