import Foundation
import Testing
import Weft

/// Runs the worked bytes of SPEC.md (section 11).
@Suite struct SpecificationTests {
  static let text: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try! String(contentsOf: root.appendingPathComponent("SPEC.md"), encoding: .utf8)
  }()

  /// The bodies of all fenced blocks of a kind.
  static func blocks(_ kind: String) -> [String] {
    text.components(separatedBy: "```\(kind)\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
  }

  static func bytes(_ hex: String) -> [UInt8] {
    hex.split(whereSeparator: \.isWhitespace).map { UInt8($0, radix: 16)! }
  }

  @Test func `worked examples are what the encoder writes`() throws {
    let examples = SpecificationTests.blocks("weft-example")
    #expect(examples.count >= 6)
    for example in examples {
      var fields: [String: String] = [:]
      for line in example.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
      }
      let types: [String: ElementType] = ["int8": .int8, "uint8": .uint8, "int16": .int16, "uint16": .uint16]
      let values = fields["values"]!.split(separator: " ").map { Int32($0)! }
      let tensor = QuantizedTensor(
        descriptor: TensorDescriptor(name: "x", shape: [values.count], elementType: types[fields["type"]!]!),
        values: values)
      let settings = PackingSettings(
        order: .linear, groupSize: GroupSize(laneCount: Int(fields["group"]!)!)!, block: .group,
        table: PrecisionTable(fields["table"]!.split(separator: " ").map { Int($0)! })!,
        isSigned: fields["reading"] == "two's complement", rebase: Int32(fields["rebase"]!)!,
        isCompacted: fields["compaction"] == "on")
      let encoder = try FrameEncoder(tensor, settings: settings, kernel: TestKernel.selected)
      let buffer = encoder.makeBuffer()
      try encoder.encode(frame: 0, into: buffer)
      let sections = [buffer.sections.mask, buffer.sections.headers, buffer.sections.payload]
      for (name, section) in zip(["mask", "headers", "payload"], sections) {
        #expect([UInt8](buffer.bytes(of: section)) == SpecificationTests.bytes(fields[name]!), "\(fields["name"]!)")
      }
    }
  }

  @Test func `the worked container is what the writer writes`() throws {
    let block = try #require(SpecificationTests.blocks("weft-container").first)
    let hex = block.split(separator: "\n").map { $0.split(separator: "|")[0] }.joined(separator: " ")
    func tensor(_ name: String, _ type: ElementType, _ shape: [Int], _ values: [Int32]) -> QuantizedTensor {
      QuantizedTensor(descriptor: TensorDescriptor(name: name, shape: shape, elementType: type), values: values)
    }
    let bytes = try Containers.bytes([
      .tensor(tensor("a", .int8, [3], [1, 2, -3]), PackingRequest()),
      .tensor(tensor("b", .uint8, [2, 2], [0, 1, 2, 4]), PackingRequest()),
    ])
    #expect(bytes == SpecificationTests.bytes(hex))
    #expect(throws: Never.self) { try Containers.verify(bytes) }
  }
}
