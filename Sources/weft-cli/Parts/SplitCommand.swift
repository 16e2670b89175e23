import ArgumentParser
import SystemPackage
import Weft

/// `weft split IN.weft N`
struct SplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Cut a container into several, between its entries; weft merge makes the same bytes of them again.",
    discussion: "Part K of N of IN.weft is IN.K-of-N.weft. Parts are of about the same size; one may have no entry.")

  @Argument(help: "The container.")
  var input: String

  @Argument(help: "Parts: 1 or more.")
  var count: Int

  @Option(name: .shortAndLong, help: "Folder of the parts. Default: that of the container.")
  var output: String?

  @Flag(name: .shortAndLong, help: "Overwrite parts.")
  var force = false

  @OptionGroup var console: OutputOptions

  struct Report: Encodable {
    struct PartFile: Encodable {
      var file: String
      var entries: Int
      var bytes: UInt64
    }

    var parts: [PartFile] = []
  }

  func validate() throws {
    guard (1...Part.limit).contains(count) else { throw ValidationError("N is 1...\(Part.limit), not \(count)") }
  }

  func run() throws {
    let container = try OpenContainer(input)
    let reader = container.reader
    guard reader.containerCount == 1 else {
      throw CommandFailure(
        file: container.name, "\(reader.containerCount) containers one after the other: weft merge makes them one first"
      )
    }
    let sizes = reader.entries.map { $0.end - $0.offset }
    var report = Report()
    for index in 0..<count {
      let path = partPath(index)
      let range = Part(index: index, of: count).range(ofSizes: sizes)
      let bytes = try container.failing {
        var writer = try ContainerWriter(try Output(path, mayOverwrite: force), kernel: reader.kernel)
        for entry in reader.entries[range] { try writer.append(copying: entry, of: reader) }
        let (sink, _, byteCount) = try writer.finish()
        try sink.commit()
        return byteCount
      }
      report.parts.append(Report.PartFile(file: path, entries: range.count, bytes: bytes))
    }
    try console.emit(report) {
      report.parts.reduce(into: "") { $0 += "\($1.file): \($1.entries) entries, \($1.bytes) bytes\n" }
    }
  }

  private func partPath(_ index: Int) -> String {
    var path = FilePath(input == "-" ? "stdin.weft" : input)
    let name = (path.stem ?? "part") + ".\(index + 1)-of-\(count).weft"
    path.removeLastComponent()
    if let output { path = FilePath(output) }
    return path.appending(name).string
  }
}
