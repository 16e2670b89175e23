import ArgumentParser

/// The root of the command: one subcommand a verb.
struct WeftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weft",
    abstract: "Packs the integer tensors of quantised networks the way a bit-serial accelerator reads them.",
    version: "weft 0.1.0",
    subcommands: [PackCommand.self, UnpackCommand.self, ListCommand.self, TestCommand.self])
}
