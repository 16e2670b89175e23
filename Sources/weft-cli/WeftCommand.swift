import ArgumentParser

/// The root of the command: one subcommand a verb.
struct WeftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weft",
    abstract: "Packs the integer tensors of quantised networks the way a bit-serial accelerator reads them.",
    discussion: "weft --version -v lists the kernels; WEFT_KERNEL=NAME forces one.",
    subcommands: [
      PackCommand.self, UnpackCommand.self, ListCommand.self, TestCommand.self, CompareCommand.self,
      BenchCommand.self, RunCommand.self, TrafficCommand.self, TraceCommand.self, ExplainCommand.self,
      ChannelCommand.self, SweepCommand.self, SplitCommand.self, MergeCommand.self,
      ReproduceCommand.self, DemoCommand.self,
    ])

  @Flag(name: .long, help: "Show the version; --version -v shows the format and the kernels too.")
  var version = false

  func run() throws {
    guard version else { throw ValidationError("a verb is needed: see 'weft --help'") }
    try Console.output(try VersionText.text(verbose: false) + "\n")
  }
}
