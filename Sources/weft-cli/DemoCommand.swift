import ArgumentParser
import Foundation

/// `weft demo`: the main job, step by step, on a network folder.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Pack, verify, account and run a small network, showing each command.")

  @Option(help: "A network folder.")
  var network = "Fixtures/networks/digits_int8"

  @Option(name: .shortAndLong, help: "Folder for what the demo makes.")
  var output = "weft-demo"

  @OptionGroup var console: OutputOptions

  struct Report: Encodable {
    var container: String
    var page: String
    var steps: [String]
  }

  func run() throws {
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let container = "\(output)/\(URL(fileURLWithPath: network).lastPathComponent).weft"
    let page = "\(output)/traffic.html"
    var steps: [String] = []
    func step<Verb: ParsableCommand>(_ verb: Verb.Type, _ arguments: [String]) throws {
      let line = "weft " + ([Verb.configuration.commandName!] + arguments).joined(separator: " ")
      steps.append(line)
      if !console.quiet, !console.json { try Console.output("\n$ \(line)\n") }
      var command = try Verb.parse(arguments + (console.quiet || console.json ? ["-q"] : []))
      try command.run()
    }
    try step(PackCommand.self, [network, "-o", container, "-f"])
    try step(TestCommand.self, [container])
    try step(ListCommand.self, [container])
    try step(CompareCommand.self, [container])
    try step(RunCommand.self, [container, "--array", "loom-1b", "--check"])
    try step(
      TrafficCommand.self, [container, "--array", "loom-1b", "--channel", "lpddr4-4267", "--html", page, "-f"])
    try step(UnpackCommand.self, [container, "-o", "\(output)/unpacked", "-f", "-q"])
    try console.emit(Report(container: container, page: page, steps: steps)) {
      "\nThe container: \(container)\nThe report, for a browser: \(page)\n"
    }
  }
}
