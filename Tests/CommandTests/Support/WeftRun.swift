import Foundation

/// Runs the built command.
enum WeftRun {
  struct Result {
    var code: Int32
    var output: Data
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The JSON document on standard output.
    func json() throws -> [String: Any] {
      try JSONSerialization.jsonObject(with: output) as! [String: Any]
    }
  }

  /// The binary beside the test bundle.
  static let binary: URL = {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("weft")
  }()

  static func run(_ arguments: [String], input: Data = Data(), environment: [String: String] = [:]) throws -> Result {
    let process = Process()
    process.executableURL = binary
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files, not pipes: a pipe that nobody drains stops the command.
    let folder = try Scratch()
    let (outputURL, errorURL, inputURL) = (folder / "out", folder / "err", folder / "in")
    try input.write(to: inputURL)
    for url in [outputURL, errorURL] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
    process.standardInput = try FileHandle(forReadingFrom: inputURL)
    process.standardOutput = try FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorURL)
    try process.run()
    process.waitUntilExit()
    return Result(
      code: process.terminationStatus, output: try Data(contentsOf: outputURL),
      errors: String(decoding: try Data(contentsOf: errorURL), as: UTF8.self))
  }
}

/// A folder that goes away with its last user.
final class Scratch {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("weft-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  static func / (folder: Scratch, name: String) -> URL { folder.url.appendingPathComponent(name) }

  /// Names of all files below, sorted.
  var files: [String] {
    let all = FileManager.default.enumerator(atPath: url.path)!.compactMap { $0 as? String }
    return all.filter { name in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path, isDirectory: &isFolder)
      return !isFolder.boolValue
    }.sorted()
  }
}
