import Weft

/// A failed command: one line for standard error, and exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
  /// `FILE: what is wrong (where, expected, found)`, without the leading `weft: `.
  let description: String

  init(_ description: String) { self.description = description }

  init(file: String, _ what: some CustomStringConvertible) { description = "\(file): \(what)" }

  /// An error of the format in `file`; where writing failed it names the file that was written instead.
  init(file: String, _ error: WeftError) {
    description = error.rule == .writeFailed ? error.what : "\(file): \(error)"
  }
}
