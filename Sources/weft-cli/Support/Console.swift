import SystemPackage

/// Standard output and standard error.
enum Console {
  /// Writes all of the text to standard output. Throws when nobody takes it: a closed pipe, a full disk.
  static func output(_ text: String) throws {
    var text = text
    try text.withUTF8 { try output(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes; as for text.
  static func output(_ bytes: UnsafeRawBufferPointer) throws {
    do {
      try FileDescriptor.standardOutput.writeAll(bytes)
    } catch {
      throw CommandFailure(file: "standard output", "cannot write: \(error)")
    }
  }

  static func error(_ text: String, terminator: String = "\n") {
    // There is nobody left to tell when standard error is closed.
    _ = try? FileDescriptor.standardError.writeAll((text + terminator).utf8)
  }
}
