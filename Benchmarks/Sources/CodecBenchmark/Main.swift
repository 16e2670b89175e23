import Glibc
import Weft

/// Prints one line a case: kernel, content, size, group, block, order; ratio, memcpy in GB/s, and packing, unpacking,
/// writing and reading a container, and searching and packing, as fractions of memcpy. Arguments that are names of
/// kernels choose these in place of the best; a number after `rounds=` says how often; others, such as `relu int16 256`,
/// leave only the cases that have all of them among their first words.
@main
struct Main {
  /// What is measured of a content.
  struct Case {
    var group = GroupSize.lanes16
    var block = BlockSize.group
    var isCompacted = false
    var order = LaneOrder.linear
  }

  static func main() throws {
    var words = Array(CommandLine.arguments.dropFirst())
    let rounds = words.compactMap { $0.hasPrefix("rounds=") ? Int($0.dropFirst(7)) : nil }.first
    words.removeAll { $0.hasPrefix("rounds=") }
    let named = Kernel.all.filter { words.contains($0.name) }
    let kernels = named.isEmpty ? [Kernel.best] : named
    let wanted = Set(words).subtracting(Kernel.all.map(\.name))
    print("kernel content type KiB group block zeros order | ratio GB/s | pack unpack | write read | search+pack")
    for kernel in kernels {
      for (type, size) in [(ElementType.int16, 64 << 10), (.int16, 256), (.int8, 64 << 10), (.int8, 256)] {
        for content in SyntheticContent.allCases {
          for one in cases(content) {
            let title = [
              content.rawValue, type.name, "\(size)", "\(one.group.laneCount)", "\(one.block)",
              one.isCompacted ? "out" : "in", one.order.name,
            ]
            guard wanted.isSubset(of: title) else { continue }
            let tensor = content.tensor(type, byteCount: size << 10, order: one.order)
            let settings = PackingSettings(
              order: one.order, groupSize: one.group, block: one.block, table: .dense(width: type.width),
              isSigned: content != .relu, isCompacted: one.isCompacted)
            let found = try CodecMeasurement(
              tensor, settings: settings, kernel: kernel, rounds: rounds ?? (size > 1024 ? 7 : 40))
            let fields = [
              found.ratio, found.memcpy, found.pack, found.unpack, found.write, found.read, found.searchAndPack,
            ]
            let text = fields.map { String(Double(Int($0 * 1000)) / 1000) }
            print(
              kernel.name, title.joined(separator: " "), "|", text[0], text[1], "|", text[2], text[3], "|", text[4],
              text[5], "|", text[6])
          }
        }
      }
    }
  }

  static func cases(_ content: SyntheticContent) -> [Case] {
    switch content {
    case .random: [Case(), Case(group: .lanes256)]
    case .relu:
      [Case(), Case(isCompacted: true)]
        + [LaneOrder.spatial, .channels, .filters].map { Case(block: $0.defaultBlock, order: $0) }
    case .groups:
      GroupSize.allCases.map { Case(group: $0) } + [Case(block: .lanes256), Case(block: .lanes2048)]
    }
  }
}
