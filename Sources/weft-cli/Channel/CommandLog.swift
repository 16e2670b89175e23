import LPDDR4
import Weft

/// Writes every command as a line `CLOCK COMMAND BANK ROW COLUMN`; `-` where there is none.
final class CommandLog {
  private var output: Output
  private var buffer: [UInt8] = []
  /// The first failure: an observer cannot throw.
  private(set) var failure: WeftError?

  /// Starts the file at `path`.
  init(_ path: String, mayOverwrite: Bool) throws { output = try Output(path, mayOverwrite: mayOverwrite) }

  func append(_ command: IssuedCommand) {
    func field(_ value: Int) -> String { value < 0 ? " -" : " \(value)" }
    let line =
      "\(command.clock) \(command.kind.name)\(field(command.bank))\(field(command.row))\(field(command.column))\n"
    buffer.append(contentsOf: line.utf8)
    if buffer.count >= 1 << 16 { flush() }
  }

  private func flush() {
    guard failure == nil else { return }
    buffer.withUnsafeBytes { bytes in
      do throws(WeftError) { try output.write(bytes) } catch { failure = error }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left and gives the file its name.
  func commit() throws {
    flush()
    if let failure { throw failure }
    try output.commit()
  }
}
