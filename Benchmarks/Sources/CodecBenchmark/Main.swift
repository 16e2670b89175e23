import Glibc
import Weft

/// Prints one line a case: kernel, content, size, group, block; ratio, memcpy in GB/s, and packing and unpacking as
/// fractions of memcpy, without and with checksums. Arguments that are names of kernels choose these in place of the
/// best; others, such as `relu int16 256`, leave only the cases that have all of them among their first words.
@main
struct Main {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    let named = Kernel.all.filter { words.contains($0.name) }
    let kernels = named.isEmpty ? [Kernel.best] : named
    let wanted = Set(words).subtracting(Kernel.all.map(\.name))
    print("kernel content type KiB group block zeros | ratio GB/s | pack unpack | sealed checked")
    for kernel in kernels {
      for (type, size) in [(ElementType.int16, 64 << 10), (.int16, 256), (.int8, 64 << 10), (.int8, 256)] {
        for content in SyntheticContent.allCases {
          var made: QuantizedTensor?
          for (group, block, isCompacted) in cases(content) {
            let title = [
              content.rawValue, type.name, "\(size)", "\(group.laneCount)", "\(block)", isCompacted ? "out" : "in",
            ]
            guard wanted.isSubset(of: title) else { continue }
            let tensor = made ?? content.tensor(type, byteCount: size << 10)
            made = tensor
            let settings = PackingSettings(
              order: .linear, groupSize: group, block: block, table: .dense(width: type.width),
              isSigned: content != .relu, isCompacted: isCompacted)
            let found = try CodecMeasurement(
              tensor, settings: settings, kernel: kernel, rounds: size > 1024 ? 7 : 40)
            let fields = [found.ratio, found.memcpy, found.pack, found.unpack, found.sealedPack, found.checkedUnpack]
            let text = fields.map { String(Double(Int($0 * 1000)) / 1000) }
            print(
              kernel.name, title.joined(separator: " "), "|", text[0], text[1], "|", text[2], text[3], "|", text[4],
              text[5])
          }
        }
      }
    }
  }

  static func cases(_ content: SyntheticContent) -> [(GroupSize, BlockSize, Bool)] {
    switch content {
    case .random: [(.lanes16, .group, false), (.lanes256, .group, false)]
    case .relu: [(.lanes16, .group, false), (.lanes16, .group, true)]
    case .groups:
      GroupSize.allCases.map { ($0, .group, false) } + [(.lanes16, .lanes256, false), (.lanes16, .lanes2048, false)]
    }
  }
}
