/// Paths that a file names and that must stay inside its folder.
enum RelativePath {
  /// `folder/path`; throws `unsupported` for absolute paths, empty parts and `..`.
  static func join(_ folder: String, _ path: String) throws(TensorFileError) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, path.utf8.count <= 4096, !path.utf8.contains(0),
      parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." })
    else { throw TensorFileError(.unsupported, "path '\(path)' leaves its folder") }
    return folder.isEmpty ? path : folder + "/" + path
  }

  /// The folder that a file lies in, `.` for a bare name.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path without its extension.
  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
    return String(name[..<dot])
  }
}
