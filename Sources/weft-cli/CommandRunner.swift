import ArgumentParser
import Foundation

/// Parses the command line, runs the verb, and turns every error into one line and an exit code:
/// 0 done, 1 bad input or failed check, 2 wrong usage.
enum CommandRunner {
  static func run() -> Never {
    do {
      // `-v` cannot be an option of the root: it would take the `-v` of every verb.
      if [["--version", "-v"], ["-v", "--version"]].contains(Array(CommandLine.arguments.dropFirst())) {
        print(try VersionText.text(verbose: true))
        Foundation.exit(0)
      }
      var command = try WeftCommand.parseAsRoot()
      try command.run()
      // What was printed may still wait in a buffer, and there may be no room for it.
      guard fflush(nil) == 0 else {
        fail("weft: standard output: cannot write", code: 1)
      }
      Foundation.exit(0)
    } catch let failure as CommandFailure {
      fail("weft: \(failure)", code: 1)
    } catch {
      let message = WeftCommand.fullMessage(for: error)
      switch WeftCommand.exitCode(for: error) {
      case .success:
        print(message)
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
    FileHandle.standardError.write(Data((message + "\n").utf8))
    Foundation.exit(code)
  }
}
