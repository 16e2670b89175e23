import ArgumentParser
import Weft

/// `weft explain IN.weft TENSOR --group K`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show one group of a packed tensor in values, precision, planes and bytes.")

  @Argument(help: "The container.")
  var input: String

  @Argument(help: "Name of the tensor.")
  var tensor: String

  @Option(help: "Number of the group, from 0.")
  var group = 0

  @OptionGroup var console: OutputOptions

  struct Report: Encodable {
    struct Plane: Encodable {
      var plane: Int
      var offset: UInt64
      var bits: String
      var bytes: [UInt8]
    }

    var tensor: String
    var order: String
    var block: String
    var group_size: Int
    var precision_table: [Int]
    var signed: Bool
    var rebase: Int32
    var group: Int
    var frame: Int
    var group_in_block: Int
    var groups_in_block: Int
    var values: [Int32]
    var packed_values: [Int32]
    var header_index: Int
    var header_bits: Int
    var header_offset: UInt64
    var header_bit: Int
    var precision: Int
    var planes: [Plane]
  }

  func run() throws {
    let container = try OpenContainer(input)
    let (settings, found) = try container.failing {
      let reader = try TensorReader(container.reader, try container.reader.entry(named: tensor))
      return (reader.settings, try reader.group(group))
    }
    let report = Report(
      tensor: tensor, order: settings.order.name,
      block: settings.block == .group ? "group" : "\(settings.block.laneCount(groupSize: settings.groupSize))",
      group_size: settings.groupSize.laneCount, precision_table: settings.table.entries, signed: settings.isSigned,
      rebase: settings.rebase, group: found.group, frame: found.frame, group_in_block: found.groupInBlock,
      groups_in_block: found.groupsInBlock, values: found.elements, packed_values: found.packedValues,
      header_index: found.headerIndex, header_bits: settings.table.headerBitCount, header_offset: found.headerOffset,
      header_bit: found.headerBit, precision: found.precision,
      planes: found.words.map {
        Report.Plane(plane: $0.plane, offset: $0.offset, bits: Self.bits($0.bytes), bytes: $0.bytes)
      })
    try console.emit(report) { report.text }
  }

  /// Lane 0 first.
  private static func bits(_ bytes: [UInt8]) -> String {
    bytes.map { byte in (0..<8).map { byte >> UInt8($0) & 1 == 1 ? "1" : "0" }.joined() }.joined(separator: " ")
  }
}

extension ExplainCommand.Report {
  var text: String {
    var lines = "\(tensor), group \(group): \(order) order, blocks of \(block), group size \(group_size)\n"
    lines += "  lies in frame \(frame), group \(group_in_block) of the \(groups_in_block) of its block\n"
    lines += "  values         \(values.map { String($0) }.joined(separator: " "))\n"
    lines += "  less \(rebase)".padded(to: 17) + "\(packed_values.map { String($0) }.joined(separator: " "))"
    lines += signed ? "  (two's complement)\n" : "  (unsigned)\n"
    lines +=
      "  precision      \(precision) bits, of the table \(precision_table.map { String($0) }.joined(separator: " "))\n"
    lines +=
      header_bits == 0
      ? "  header         none: the table has one entry\n"
      : "  header         index \(header_index) in \(header_bits) bits at byte \(header_offset), bit \(header_bit)\n"
    for plane in planes {
      let hex = plane.bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined(separator: " ")
      lines += "  plane \(plane.plane)".padded(to: 17) + "\(plane.bits)  =  \(hex) at byte \(plane.offset)\n"
    }
    return lines
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
