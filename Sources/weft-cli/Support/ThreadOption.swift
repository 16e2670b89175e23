import ArgumentParser
import Foundation

/// `-T N`.
struct ThreadOption: ParsableArguments {
  @Option(name: [.customShort("T"), .customLong("threads")], help: "Threads; 0 for one a core.")
  var threads = 0

  /// The number of threads to use.
  var count: Int { threads == 0 ? ProcessInfo.processInfo.activeProcessorCount : threads }

  func validate() throws {
    guard threads >= 0, threads <= 1024 else { throw ValidationError("-T takes 0...1024, not \(threads)") }
  }
}
