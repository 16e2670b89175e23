import ArgumentParser
import CWeftProcess
import Foundation

/// Parses the command line, runs the verb, and turns every error into one line and an exit code:
/// 0 done, 1 bad input or failed check, 2 wrong usage.
enum CommandRunner {
  static func run() -> Never {
    weft_process_start()
    do {
      // `-v` cannot be an option of the root: it would take the `-v` of every verb.
      if [["--version", "-v"], ["-v", "--version"]].contains(Array(CommandLine.arguments.dropFirst())) {
        try Console.output(try VersionText.text(verbose: true) + "\n")
        Foundation.exit(0)
      }
      var command = try WeftCommand.parseAsRoot()
      try command.run()
      Foundation.exit(0)
    } catch let failure as CommandFailure {
      fail("weft: \(failure)", code: 1)
    } catch {
      let message = WeftCommand.fullMessage(for: error)
      switch WeftCommand.exitCode(for: error) {
      case .success:
        do { try Console.output(message + "\n") } catch { fail("weft: \(error)", code: 1) }
        Foundation.exit(0)
      case .validationFailure:
        // One line, as every error: what is wrong, and where usage is explained.
        let what = WeftCommand.message(for: error).split(separator: "\n").joined(separator: " ")
        fail("weft: \(what) (see weft --help)", code: 2)
      default:
        fail("weft: \(error)", code: 1)
      }
    }
  }

  private static func fail(_ message: String, code: Int32) -> Never {
    // Names come from files and may hold anything; an error is one line all the same.
    let line = message.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) }
    Console.error(String(line))
    Foundation.exit(code)
  }
}
