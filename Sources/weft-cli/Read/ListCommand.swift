import ArgumentParser
import Weft

/// `weft list IN.weft`
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what a container holds and what packing saves.")

  @Argument(help: "The container; - for standard input.")
  var input: String

  @OptionGroup var console: OutputOptions

  func run() throws {
    let container = try OpenContainer(input)
    let report = ListReport(container.reader.entries, fileByteCount: container.reader.source.byteCount)
    if console.json {
      try report.writeJSON()
    } else if !console.quiet {
      try report.writeText()
    }
  }
}
