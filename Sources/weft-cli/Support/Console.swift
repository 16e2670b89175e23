import SystemPackage

/// Standard output and standard error.
enum Console {
  /// Writes all of the text to standard output. Throws when nobody takes it: a closed pipe, a full disk.
  static func output(_ text: String) throws { try output(Array(text.utf8)) }

  /// Writes bytes; as for text.
  static func output(_ bytes: [UInt8]) throws {
    do {
      _ = try bytes.withUnsafeBytes { try FileDescriptor.standardOutput.writeAll($0) }
    } catch {
      throw CommandFailure(file: "standard output", "cannot write: \(error)")
    }
  }

  static func error(_ text: String, terminator: String = "\n") {
    // There is nobody left to tell when standard error is closed.
    _ = try? FileDescriptor.standardError.writeAll((text + terminator).utf8)
  }
}
