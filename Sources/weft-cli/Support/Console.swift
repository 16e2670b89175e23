import SystemPackage

/// Standard output and standard error.
enum Console {
  static func error(_ text: String, terminator: String = "\n") {
    // There is nobody left to tell when standard error is closed.
    _ = try? FileDescriptor.standardError.writeAll((text + terminator).utf8)
  }
}
