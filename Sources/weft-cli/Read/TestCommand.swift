import ArgumentParser
import Weft

/// `weft test IN.weft`
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Check a container: every checksum, every rule, and that its bytes are canonical.")

  @Argument(help: "The containers; - for standard input.")
  var inputs: [String]

  @OptionGroup var threads: ThreadOption
  @OptionGroup var console: OutputOptions

  struct Report: Encodable {
    var ok = true
    var tensors = 0
    var stored = 0
    var error: String?
  }

  func run() throws {
    var report = Report()
    var failure: CommandFailure?
    for input in inputs {
      do {
        let container = try OpenContainer(input)
        try container.failing { try verify(container.reader) }
        report.tensors += container.reader.entries.count { $0.summary != nil }
        report.stored += container.reader.entries.count { $0.summary == nil }
      } catch let error as CommandFailure {
        failure = error
        break
      }
    }
    report.ok = failure == nil
    report.error = failure?.description
    if report.ok || console.json {
      try console.emit(report) {
        "\(inputs.joined(separator: ", ")): ok, \(report.tensors) tensors, \(report.stored) stored entries\n"
      }
    }
    if let failure { throw failure }
  }

  private func verify(_ reader: ContainerReader<FileSource, Kernel>) throws {
    let progress = ProgressBar("testing", total: reader.source.byteCount, isQuiet: console.quiet)
    for entry in reader.entries {
      if entry.summary == nil {
        try reader.verify(stored: entry)
      } else {
        try verify(tensor: TensorReader(reader, entry))
      }
      progress.advance(entry.end - entry.offset)
    }
  }

  /// Checks a tensor with each thread taking an equal run of frames and a scratch of its own.
  private func verify(tensor: TensorReader<FileSource, Kernel>) throws {
    let parts = min(threads.count, max(1, tensor.frameCount))
    let findings = try Parallel.map(parts, threads: parts) { part in
      let scratch = tensor.decoder.makeScratch()
      var histogram = PrecisionHistogram()
      var hasNegative = false
      for frame in part * tensor.frameCount / parts..<(part + 1) * tensor.frameCount / parts {
        let found = try tensor.verify(frame: frame, scratch: scratch)
        histogram.add(found.histogram)
        hasNegative = hasNegative || found.hasNegative
      }
      return (histogram, hasNegative)
    }
    var histogram = PrecisionHistogram()
    for (part, _) in findings { histogram.add(part) }
    try tensor.verify(histogram: histogram, hasNegative: findings.contains { $0.1 })
  }
}
