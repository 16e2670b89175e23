import Foundation

/// Files of the fuzz targets.
enum FuzzFiles {
  /// The package's folder.
  static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Small valid files of a format, the project's own.
  static func seeds(_ target: FuzzTarget) throws -> [(path: String, bytes: [UInt8])] {
    let folders = target == .container ? ["Fixtures/valid", "Fixtures/unusual"] : ["Fuzzing/Seeds/\(target)"]
    return try folders.flatMap { try files(in: $0) }
  }

  /// Files of a folder of the package in order of their names; none where there is no such folder.
  static func files(in folder: String) throws -> [(path: String, bytes: [UInt8])] {
    let path = package + "/" + folder
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { name in
      (folder + "/" + name, [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name))))
    }
  }
}
