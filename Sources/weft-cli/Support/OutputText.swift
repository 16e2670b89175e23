/// Text that goes to a file, complete or not at all.
enum OutputText {
  static func write(_ text: String, to path: String, mayOverwrite: Bool) throws {
    var output = try Output(path, mayOverwrite: mayOverwrite)
    var text = text
    try text.withUTF8 { try output.write(UnsafeRawBufferPointer($0)) }
    try output.commit()
  }
}
