import Foundation
import Testing
import Weft

/// The files in `Fixtures` pin the format: a change of a byte is a change of the format.
///
/// `WEFT_WRITE_FIXTURES=1 swift test --filter GoldenTests` writes them anew.
@Suite struct GoldenTests {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")
  static let isWriting = ProcessInfo.processInfo.environment["WEFT_WRITE_FIXTURES"] == "1"

  private func check(_ folder: String, _ files: [String: [UInt8]]) throws {
    let folder = GoldenTests.fixtures.appendingPathComponent(folder)
    if GoldenTests.isWriting {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (name, bytes) in files { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
    }
    for (name, bytes) in files {
      #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == Data(bytes), "\(name)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".weft") }
    #expect(Set(names) == Set(files.keys))
  }

  @Test func `valid containers are pinned and pass every check`() throws {
    let files = try GoldenFiles.valid()
    try check("valid", files)
    for (name, bytes) in files { #expect(throws: Never.self, "\(name)") { try Containers.verify(bytes) } }
  }

  @Test func `unusual containers are pinned and pass every check`() throws {
    let files = try GoldenFiles.unusual()
    try check("unusual", files)
    for (name, bytes) in files { #expect(throws: Never.self, "\(name)") { try Containers.verify(bytes) } }
  }

  @Test func `each invalid container is refused for the rule it breaks`() throws {
    let files = try GoldenFiles.invalid()
    try check("invalid", files.mapValues(\.bytes))
    for (name, (bytes, rule)) in files {
      let error = #expect(throws: WeftError.self, "\(name)") { try Containers.verify(bytes) }
      #expect(error?.rule == rule, "\(name): \(String(describing: error))")
    }
  }

  @Test func `packed sizes of the valid containers are pinned`() throws {
    var lines = ["file,entry,header_bits,mask_bits,payload_bits,file_bytes"]
    for (name, bytes) in try GoldenFiles.valid().sorted(by: { $0.key < $1.key }) {
      for entry in try ContainerReader(ArraySource(bytes), kernel: TestKernel.selected).entries {
        guard let sizes = entry.summary else { continue }
        lines.append(
          "\(name),\(entry.name),\(sizes.headerBitCount),\(sizes.maskBitCount),\(sizes.payloadBitCount),\(bytes.count)")
      }
    }
    let file = GoldenTests.fixtures.appendingPathComponent("sizes.csv")
    let text = lines.joined(separator: "\n") + "\n"
    if GoldenTests.isWriting { try Data(text.utf8).write(to: file) }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }
}
