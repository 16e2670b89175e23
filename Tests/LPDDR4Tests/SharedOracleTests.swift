import Foundation
import LPDDR4
import Testing

/// Against the oracle's own files, where they lie beside the package.
@Suite struct SharedOracleTests {
  static let folder: String? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    return [package + "/../shared/dram", package + "/../../shared/dram"].first {
      FileManager.default.fileExists(atPath: $0 + "/gen_traces.py")
    }
  }()

  /// Says loudly what is left out; on a CI machine that is a failure.
  static func skip(_ what: String) {
    print("SKIPPED: \(what)")
    precondition(ProcessInfo.processInfo.environment["CI"] == nil, "SKIPPED on CI: \(what)")
  }

  @Test(arguments: OracleTrace.all)
  func `our traces are those of the generator`(trace: OracleTrace) throws {
    guard let folder = Self.folder else { return Self.skip("no shared/dram, traces are not compared") }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", folder + "/gen_traces.py", trace.name]
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("weft-trace-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: file) }
    process.standardOutput = try FileHandle(forWritingTo: file)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let ours = trace.requests.map {
      "\($0.arrival) \($0.kind == .read ? "R" : "W") \(String($0.address, radix: 16))\n"
    }.joined()
    #expect(try Data(contentsOf: file) == Data(ours.utf8))
  }
}
