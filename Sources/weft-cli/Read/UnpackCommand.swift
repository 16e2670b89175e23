import ArgumentParser
import Glibc
import Networks
import SystemPackage
import TensorFiles
import Weft

/// `weft unpack IN.weft -o DIR`
struct UnpackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack", abstract: "Write the tensors of a container as .npy files, byte-identical to the originals.")

  @Argument(help: "The container; - for standard input.")
  var input: String

  @Option(
    name: .shortAndLong,
    help: "A folder; with --tensor a file, or - for standard output. Default: the container's name without .weft.")
  var output: String?

  @Flag(name: .shortAndLong, help: "Overwrite existing files.")
  var force = false

  @Option(help: "Unpack only the entry of this name.")
  var tensor: String?

  @Option(help: "Unpack only rows A to B - 1 of axis 0, written A:B.")
  var rows: String?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var console: OutputOptions

  struct Report: Encodable {
    struct File: Encodable {
      var name: String
      var file: String
      var dtype: String
      var shape: [Int]
    }

    var tensors: [File] = []
    var stored: [File] = []
  }

  func validate() throws {
    guard output != nil || input != "-" else { throw ValidationError("-o is needed with standard input") }
    guard output != "-" || tensor != nil || rows != nil else { throw ValidationError("-o - needs --tensor") }
    guard output != "-" || !console.json else { throw ValidationError("--json and -o - both want standard output") }
    if let rows, UnpackCommand.bounds(rows) == nil { throw ValidationError("--rows is A:B, not '\(rows)'") }
  }

  func run() throws {
    let container = try OpenContainer(input)
    let report = try container.failing {
      do {
        return try unpack(container.reader)
      } catch let error as TensorFileError {
        throw CommandFailure(file: container.name, error)
      }
    }
    guard output != "-" else { return }
    try console.emit(report) {
      (report.tensors + report.stored).map { "\($0.name) -> \($0.file)\n" }.joined()
    }
  }

  private func unpack(_ reader: ContainerReader<FileSource, Kernel>) throws -> Report {
    let total = reader.entries.reduce(UInt64(0)) { $0 + UInt64($1.summary?.rawByteCount ?? 0) }
    let unpacker = TensorUnpacker(
      threads: threads.count, progress: ProgressBar("unpacking", total: total, isQuiet: console.quiet))
    if tensor != nil || rows != nil {
      let entry = try single(reader)
      return try unpack(
        entry, reader, unpacker, to: output ?? (FilePath(entry.name).lastComponent?.string ?? "tensor") + ".npy")
    }
    let folder = output ?? Self.defaultFolder(input)
    var report = Report()
    for entry in reader.entries {
      var path = FilePath(folder).appending(EntryPath.relative(entry.name)).string
      if !isDocument(entry) { path += ".npy" }
      try makeFolders(FilePath(path).removingLastComponent())
      let part = try unpack(entry, reader, unpacker, to: path)
      report.tensors += part.tensors
      report.stored += part.stored
    }
    if reader.entries.isEmpty { try makeFolders(FilePath(folder)) }
    return report
  }

  /// The entry that `--tensor` names, or the only tensor there is.
  private func single(_ reader: ContainerReader<FileSource, Kernel>) throws -> IndexEntry {
    if let tensor { return try reader.entry(named: tensor) }
    let tensors = reader.entries.filter { $0.summary != nil }
    guard tensors.count == 1 else {
      throw ValidationError("--rows needs --tensor: the container has \(tensors.count) tensors")
    }
    return tensors[0]
  }

  private func unpack(
    _ entry: IndexEntry, _ reader: ContainerReader<FileSource, Kernel>, _ unpacker: TensorUnpacker, to path: String
  ) throws -> Report {
    var report = Report()
    switch entry.kind {
    case .tensor(let record, _):
      let tensor = try TensorReader(reader, entry)
      var shape = record.descriptor.shape
      if let rows {
        var part = try tensor.read(rows: try rowRange(rows, record.descriptor))
        // The header kept is of the whole array.
        part.descriptor.metadata.removeAll { $0.key == NpyFile.headerKey }
        shape = part.descriptor.shape
        try write(try NpyFile.encode(part), to: path)
      } else {
        try unpacker.unpack(tensor, to: path, mayOverwrite: force)
      }
      report.tensors = [
        Report.File(name: entry.name, file: path, dtype: record.descriptor.elementType.name, shape: shape)
      ]
    case .stored(let record):
      guard rows == nil else { throw WeftError(.settingNotApplicable, "--rows of a stored entry", entry: entry.name) }
      let data = try reader.data(of: entry)
      if let array = StoredArray(record, data: data) {
        try write(try NpyFile.encode(array), to: path)
      } else {
        try write(([], ByteRegion(copying: data)), to: path)
      }
      report.stored = [Report.File(name: entry.name, file: path, dtype: record.typeName, shape: record.shape)]
    }
    return report
  }

  private func write(_ file: (header: [UInt8], data: ByteRegion), to path: String) throws {
    var output = try Output(path, mayOverwrite: force)
    try file.header.withUnsafeBytes { try output.write($0) }
    try output.write(file.data.bytes)
    try output.commit()
  }

  private func isDocument(_ entry: IndexEntry) -> Bool {
    guard case .stored(let record) = entry.kind else { return false }
    return ArrayType(rawValue: record.typeName) == nil
  }

  private func rowRange(_ text: String, _ descriptor: TensorDescriptor) throws -> Range<Int> {
    let bounds = UnpackCommand.bounds(text)!
    guard let extent = descriptor.shape.first else {
      throw WeftError(.settingNotApplicable, "--rows of a tensor without axes", entry: descriptor.name)
    }
    let (first, last) = (bounds.first ?? 0, bounds.last ?? extent)
    guard first <= last, last <= extent else {
      throw WeftError(
        .fieldOutOfRange, "--rows \(text)", entry: descriptor.name, expected: Int64(extent), found: Int64(last))
    }
    return first..<last
  }

  private static func bounds(_ text: String) -> (first: Int?, last: Int?)? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let numbers = parts.map { $0.isEmpty ? nil : Int($0) }
    for (part, number) in zip(parts, numbers) where !part.isEmpty && (number ?? -1) < 0 { return nil }
    return (numbers[0], numbers[1])
  }

  private func makeFolders(_ folder: FilePath) throws {
    var path = FilePath(folder.isAbsolute ? "/" : "")
    for component in folder.components {
      path.append(component)
      guard mkdir(path.string, 0o777) == 0 || errno == EEXIST else {
        throw CommandFailure(file: path.string, "cannot make folder: \(Errno(rawValue: errno))")
      }
    }
  }

  private static func defaultFolder(_ input: String) -> String {
    var path = FilePath(input)
    if path.extension == "weft" {
      path.extension = nil
      return path.string
    }
    return path.string + ".unpacked"
  }
}
