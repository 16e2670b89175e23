import ArgumentParser
import Foundation

/// The options every verb has.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "One JSON document on standard output, nothing else there.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print more.")
  var verbose = false

  /// Prints `document` as JSON when asked to, else the text that `text` makes, unless quiet.
  func emit(_ document: some Encodable, text: () -> String) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try Console.output(String(decoding: try encoder.encode(document), as: UTF8.self) + "\n")
    } else if !quiet {
      try Console.output(text())
    }
  }
}
