import ArgumentParser
import Baselines
import Glibc
import Networks
import Weft

/// `weft bench INPUT`
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time packing and unpacking beside memcpy and zstd in one run, best of many.",
    discussion: "Without --precisions, --rebase and --zero-compaction: dense, 0 and off.")

  @Argument(help: "What pack takes; its tensors are timed as one.")
  var input: String

  @Option(help: "Lanes that share one precision.")
  var groupSize = "16"
  @Option(help: "Lane order.")
  var order: String?
  @Option(help: "Lanes transposed together.")
  var block: String?
  @Option(help: "Precision table.")
  var precisions = "dense"
  @Option(help: "Leave zeros out.")
  var zeroCompaction = "off"
  @Option(help: "Constant subtracted.")
  var rebase = "0"

  @Option(help: "Repeat or cut the tensor to this many bytes.")
  var size: Int?

  @Flag(help: "Work on 256 KiB, so that everything stays in the cache.")
  var cache = false

  @Option(help: "Levels of zstd, separated by commas.")
  var zstdLevels = "1,3,19"

  @Option(name: [.customShort("T"), .customLong("threads")], help: "Threads; 0 for one a core.")
  var threads = 1

  @Option(help: "Seconds at most.")
  var seconds = 12.0

  @OptionGroup var console: OutputOptions

  struct Report: Encodable {
    struct Row: Encodable {
      var codec: String
      var ratio: Double
      var pack_gbps: Double
      var unpack_gbps: Double
      var pack_vs_memcpy: Double
      var unpack_vs_memcpy: Double
    }

    var bytes: Int
    var threads: Int
    var kernel: String
    var results: [Row]
  }

  private var levels: [Int] {
    get throws {
      try zstdLevels.split(separator: ",").map {
        guard let level = Int($0), ZstdCodec.levels.contains(level) else {
          throw ValidationError("--zstd-levels: '\($0)' is no level of zstd")
        }
        return level
      }
    }
  }

  private func packing(_ automatic: Bool) throws -> PackingOptions {
    var arguments = ["--group-size", groupSize]
    if let order { arguments += ["--order", order] }
    if let block { arguments += ["--block", block] }
    if !automatic {
      arguments += ["--precisions", precisions, "--zero-compaction", zeroCompaction, "--rebase=\(rebase)"]
    }
    return try PackingOptions.parse(arguments)
  }

  func validate() throws {
    _ = try levels
    _ = try packing(false)
    guard threads >= 0, threads <= 1024 else { throw ValidationError("-T takes 0...1024, not \(threads)") }
    guard size.map({ $0 > 0 && $0 <= 1 << 36 }) ?? true else { throw ValidationError("--size is 1...2^36 bytes") }
  }

  func run() throws {
    let kernel = try KernelChoice.selected()
    var count = ThreadOption()
    count.threads = threads
    let tensor = try tensor()
    let threads = count.count
    var codecs: [any BenchCodec] = [CopyCodec(tensor.region.bytes)]
    do {
      codecs.append(
        try WeftBench(
          "weft", tensor, request: try packing(false).request(defaultOrder: .linear), searches: false, kernel: kernel,
          threads: threads))
      codecs.append(
        try WeftBench(
          "weft-auto", tensor, request: try packing(true).request(defaultOrder: .linear), searches: true,
          kernel: kernel, threads: threads))
    } catch let error as WeftError {
      throw CommandFailure(file: input, error)
    }
    for level in try levels { codecs.append(ZstdBench(tensor.region.bytes, level: level)) }
    let report = try measure(&codecs, tensor, kernel, threads)
    try console.emit(report) {
      var table = TextTable(["codec", "ratio", "pack GB/s", "unpack GB/s", "pack / memcpy", "unpack / memcpy"])
      for row in report.results {
        table.append([
          row.codec, decimals(row.ratio), decimals(row.pack_gbps, 2), decimals(row.unpack_gbps, 2),
          decimals(row.pack_vs_memcpy), decimals(row.unpack_vs_memcpy),
        ])
      }
      return "\(report.bytes) bytes, \(report.threads) threads, kernel \(report.kernel)\n" + table.text
    }
  }

  /// The input's tensors as one array; several are joined when their types agree.
  private func tensor() throws -> QuantizedTensor {
    let items = try LoadedInput(input, LoadedInput.Options()).items
    let tensors = items.compactMap { item -> QuantizedTensor? in
      if case .tensor(let tensor) = item.array { return tensor }
      return nil
    }
    guard let first = tensors.first(where: { $0.region.count > 0 }) else {
      throw CommandFailure(file: input, "holds no tensor to pack")
    }
    let type = first.descriptor.elementType
    let byteCount = cache ? 1 << 18 : size
    if byteCount == nil, tensors.count == 1 { return first }
    let parts = tensors.filter { $0.descriptor.elementType == type && $0.region.count > 0 }
    let all = parts.reduce(0) { $0 + $1.region.count }
    let wanted = (byteCount ?? all) / type.byteCount * type.byteCount
    let region = ByteRegion(byteCount: wanted) { target in
      var (offset, part) = (0, 0)
      while offset < wanted {
        let bytes = parts[part % parts.count].region.bytes
        let count = min(bytes.count, wanted - offset)
        UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + count]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        (offset, part) = (offset + count, part + 1)
      }
    }
    return QuantizedTensor(
      descriptor: TensorDescriptor(name: "bench", shape: [wanted / type.byteCount], elementType: type), region: region)
  }

  /// Rounds of every codec in turn, so that a machine that slows down slows all of them; the best time of each counts.
  private func measure(
    _ codecs: inout [any BenchCodec], _ tensor: QuantizedTensor, _ kernel: Kernel, _ threads: Int
  ) throws -> Report {
    let bytes = tensor.region.count
    // Short work is repeated within a round until the clock can see it.
    let repeats = max(1, (1 << 22) / max(1, bytes))
    var best = codecs.map { _ in (pack: Double.infinity, unpack: Double.infinity, packed: 0) }
    let start = now()
    var round = 0
    while round < 3 || (now() - start < seconds * 0.8 && round < 400) {
      for index in codecs.indices {
        let isSlow = best[index].pack.isFinite && best[index].pack > 0.05 * seconds
        if round >= 1, isSlow || now() - start > seconds { continue }
        let times = best[index].pack > 0.01 && best[index].pack.isFinite ? 1 : repeats
        let begin = now()
        for _ in 0..<times { best[index].packed = try codecs[index].pack() }
        let middle = now()
        for _ in 0..<times { try codecs[index].unpack() }
        let end = now()
        best[index].pack = min(best[index].pack, (middle - begin) / Double(times))
        best[index].unpack = min(best[index].unpack, (end - middle) / Double(times))
      }
      round += 1
    }
    for codec in codecs where memcmp(codec.result.baseAddress!, tensor.region.bytes.baseAddress!, bytes) != 0 {
      throw CommandFailure(file: input, "\(codec.name) did not give the values back")
    }
    return Report(
      bytes: bytes, threads: threads, kernel: kernel.name,
      results: codecs.indices.map { index in
        Report.Row(
          codec: codecs[index].name, ratio: Double(best[index].packed) / Double(bytes),
          pack_gbps: Double(bytes) / best[index].pack / 1e9, unpack_gbps: Double(bytes) / best[index].unpack / 1e9,
          pack_vs_memcpy: best[0].pack / best[index].pack, unpack_vs_memcpy: best[0].unpack / best[index].unpack)
      })
  }

  private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
