import ArgumentParser
import Weft

/// `weft merge IN... -o OUT`
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Join containers into one with one index, entries in the order given.")

  @Argument(help: "The containers, each of any number of entries.")
  var inputs: [String]

  @Option(name: .shortAndLong, help: "The container; - for standard output.")
  var output: String

  @Flag(name: .shortAndLong, help: "Overwrite the output.")
  var force = false

  @OptionGroup var console: OutputOptions

  struct Report: Encodable {
    var parts: Int
    var entries: Int
    var bytes: UInt64
  }

  func validate() throws {
    guard output != "-" || !console.json else { throw ValidationError("--json and -o - both want standard output") }
  }

  func run() throws {
    let containers = try inputs.map { try OpenContainer($0) }
    var writer = try ContainerWriter(
      try Output(output, mayOverwrite: force), kernel: try KernelChoice.selected())
    for container in containers {
      for entry in container.reader.entries {
        try container.failing { try writer.append(copying: entry, of: container.reader) }
      }
    }
    do {
      let (sink, entries, byteCount) = try writer.finish()
      try sink.commit()
      let report = Report(parts: inputs.count, entries: entries.count, bytes: byteCount)
      if output == "-" { return }
      try console.emit(report) {
        "\(output): \(report.entries) entries of \(report.parts) containers, \(report.bytes) bytes\n"
      }
    } catch let error as WeftError {
      throw CommandFailure(file: output, error)
    }
  }
}
