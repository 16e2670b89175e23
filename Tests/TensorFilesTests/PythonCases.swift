import Foundation
import Networks
import TensorFiles
import TestSupport

/// Model files that Python packages wrote, and the arrays they read from them; made once a test run.
enum PythonCases {
  /// The folder with one folder a format; nil where there is no `.venv` with the packages of
  /// `Tests/Python/requirements.txt`.
  static let folder: String? = {
    let python = SharedFiles.package + "/.venv/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else {
      SharedFiles.skip("no .venv with the packages of Tests/Python/requirements.txt")
      return nil
    }
    let target =
      FileManager.default.temporaryDirectory.path + "/weft-cases-\(ProcessInfo.processInfo.processIdentifier)"
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = [SharedFiles.package + "/Tests/Python/make_model_files.py", target]
    let errors = Pipe()
    process.standardError = errors
    do { try process.run() } catch { fatalError("\(python): \(error)") }
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    precondition(process.terminationStatus == 0, String(decoding: text, as: UTF8.self))
    temporary = target
    atexit { try? FileManager.default.removeItem(atPath: PythonCases.temporary) }
    return target
  }()

  nonisolated(unsafe) private static var temporary = ""

  /// The cases of a format, one folder each.
  static func cases(_ format: String) throws -> [String] {
    guard let folder else { return [] }
    let root = folder + "/" + format
    return try FileManager.default.contentsOfDirectory(atPath: root).sorted().map { root + "/" + $0 }
  }

  /// Every `.npy` below a folder, by its path without the ending.
  static func arrays(_ folder: String) throws -> [String: NetworkArray] {
    guard let paths = FileManager.default.enumerator(atPath: folder) else { return [:] }
    var arrays: [String: NetworkArray] = [:]
    for case let path as String in paths where path.hasSuffix(".npy") {
      let name = String(path.dropLast(4))
      arrays[name] = try NpyFile.read(try MappedFile.open(folder + "/" + path), name: name)
    }
    return arrays
  }

  /// The bytes of an array's values.
  static func bytes(_ array: NetworkArray) -> [UInt8] {
    switch array {
    case .tensor(let tensor): Array(tensor.region.bytes)
    case .stored(let stored): Array(stored.region.bytes)
    }
  }
}
