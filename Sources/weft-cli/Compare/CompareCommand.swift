import ArgumentParser
import Baselines
import Networks
import TensorFiles
import Weft

/// `weft compare INPUT`
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Sizes of every scheme on every tensor: weights and the first sample's activations, biases apart.")

  @Argument(help: "Any input: array file, model, network folder or .weft.")
  var input: String

  @Option(help: "Lanes that share one precision in Weft: auto, 8, 16, 32, 64, 128 or 256.")
  var groupSize = "16"

  @Option(name: .customLong("input"), help: "The network's input, where the model has none: one array.")
  var given: String?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var console: OutputOptions

  func validate() throws {
    guard groupSize == "auto" || Int(groupSize).flatMap({ GroupSize(laneCount: $0) }) != nil else {
      throw ValidationError("--group-size is auto, 8, 16, 32, 64, 128 or 256, not '\(groupSize)'")
    }
  }

  func run() throws {
    let kernel = try KernelChoice.selected()
    let choice: PackingRequest.GroupSizeChoice =
      Int(groupSize).flatMap { GroupSize(laneCount: $0) }.map { .fixed($0) } ?? .auto
    let items = try ComparedItem.items(of: input, kernel: kernel)
    let progress = ProgressBar("comparing", total: UInt64(items.count), isQuiet: console.quiet)
    let rows = try Parallel.map(items.count, threads: threads.count) { index in
      defer { progress.advance(1) }
      do {
        return try SchemeSizes(items[index], groupSize: choice, kernel: kernel)
      } catch let error as WeftError {
        throw CommandFailure(file: input, error)
      }
    }
    let report = CompareReport(rows)
    try console.emit(report) { report.text(isVerbose: console.verbose) }
  }
}
