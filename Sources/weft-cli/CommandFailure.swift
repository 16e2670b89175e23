/// A failed command: one line for standard error, and exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
  /// `FILE: what is wrong (where, expected, found)`, without the leading `weft: `.
  let description: String

  init(_ description: String) { self.description = description }

  init(file: String, _ what: some CustomStringConvertible) { description = "\(file): \(what)" }
}
