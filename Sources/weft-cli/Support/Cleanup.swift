import CWeftProcess

/// Files that are removed when a signal, or the want of memory, ends the command.
enum Cleanup {
  /// Notes a file. Throws when its name is too long.
  static func note(_ name: String) throws -> CInt {
    let ticket = weft_process_note(name)
    guard ticket >= 0 else { throw CommandFailure(file: name, "cannot write: the name is too long") }
    return ticket
  }

  /// Forgets a file.
  static func forget(_ ticket: CInt) { weft_process_forget(ticket) }
}
