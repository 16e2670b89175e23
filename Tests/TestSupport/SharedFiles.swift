import Foundation

/// Files beside the package that not every machine has.
public enum SharedFiles {
  /// The package's folder.
  public static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The folder `shared` beside the package, or one level further up.
  public static let shared: String? = [package + "/../shared", package + "/../../shared"].first {
    FileManager.default.fileExists(atPath: $0 + "/fixtures")
  }

  /// Every network folder there is, here and in the package.
  public static let networks: [String] = {
    var folders: [String] = []
    for root in [shared.map { $0 + "/fixtures" }, package + "/Fixtures/networks"].compactMap({ $0 }) {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
      folders += names.sorted().map { root + "/" + $0 }.filter {
        FileManager.default.fileExists(atPath: $0 + "/network.json")
      }
    }
    return folders
  }()

  /// Says loudly what a test leaves out; on a CI machine that is a failure.
  public static func skip(_ what: String) {
    print("SKIPPED: \(what)")
    precondition(ProcessInfo.processInfo.environment["CI"] == nil, "SKIPPED on CI: \(what)")
  }
}
