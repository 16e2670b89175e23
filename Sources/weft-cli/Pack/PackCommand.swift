import ArgumentParser
import Networks
import SystemPackage
import TensorFiles
import Weft

/// `weft pack INPUT... -o OUT.weft`
struct PackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack", abstract: "Pack tensors and networks into a container.")

  @Argument(help: ".npy, .npz, .safetensors, .tflite or .onnx file, network folder, or - for standard input.")
  var inputs: [String]

  @Option(
    name: .shortAndLong, help: "The container; - for standard output. Default: INPUT with .weft in place of its ending."
  )
  var output: String?

  @Flag(name: .shortAndLong, help: "Overwrite the output.")
  var force = false

  @OptionGroup var packing: PackingOptions

  @Option(help: "Axes of a bare array, one letter each: N O 1 outer, D H W position, C I channel.")
  var layout: String?

  @Option(help: "Samples of a network folder whose activations are packed.")
  var samples = 1

  @Option(help: "Quantise floats: int8, or int16:Q with Q fraction bits. Lossy; says what was lost.")
  var to: String?

  @Option(help: "A precision profile (CSV, one line a layer) that is laid over a network's graph and travels with it.")
  var profile: String?

  @Option(help: "Pack part K of N only, K/N: weft merge of all parts, in order, is what packing at once gives.")
  var part: Part?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var console: OutputOptions

  func validate() throws {
    guard !inputs.isEmpty else { throw ValidationError("pack needs an input") }
    if let layout, TensorLayout(layout) == nil {
      throw ValidationError("--layout '\(layout)' is no layout (for example NHWC, OHWI, 1HWC)")
    }
    if let to, FloatQuantization(to) == nil {
      throw ValidationError("--to is int8 or int16:Q with Q in -64...64, not '\(to)'")
    }
    guard output != nil || (inputs.count == 1 && inputs[0] != "-") else {
      throw ValidationError("-o is needed with several inputs or standard input")
    }
    guard samples >= 0 else { throw ValidationError("--samples is 0 or more, not \(samples)") }
    guard output != "-" || !console.json else { throw ValidationError("--json and -o - both want standard output") }
  }

  func run() throws {
    let options = LoadedInput.Options(
      layout: layout.flatMap { TensorLayout($0) }, samples: samples, quantization: to.flatMap { FloatQuantization($0) },
      profile: profile)
    let target = output ?? Self.defaultOutput(inputs[0])
    let loaded = try inputs.map {
      try LoadedInput($0, options)
    }
    var items = loaded.flatMap(\.items)
    var graphs = loaded.compactMap { $0.graph?.encoded() }
    if let part {
      let sizes = items.map { UInt64($0.array.byteCount) } + graphs.map { UInt64($0.count) }
      let range = part.range(ofSizes: sizes)
      graphs = Array(graphs.enumerated().filter { range.contains(items.count + $0.offset) }.map { $0.element })
      items = Array(items[range.clamped(to: items.indices)])
    }
    if !console.quiet {
      for notice in loaded.flatMap(\.notices) { Console.error("weft: note: \(notice)") }
    }
    let kernel = try KernelChoice.selected()
    let rawBytes = items.reduce(UInt64(0)) { $0 + UInt64($1.array.byteCount) }
    var packer = Packer(
      kernel: kernel, threads: threads.count,
      progress: ProgressBar("packing", total: rawBytes, isQuiet: console.quiet))
    do {
      var tensors: [(tensor: QuantizedTensor, request: PackingRequest)] = []
      for item in items {
        if case .tensor(let tensor) = item.array {
          tensors.append((tensor, try packing.request(defaultOrder: item.order)))
        }
      }
      var settings = try packer.settings(for: tensors).makeIterator()
      let sink = try Output(target, mayOverwrite: force)
      var writer = try ContainerWriter(sink, kernel: kernel)
      for item in items {
        switch item.array {
        case .tensor(let tensor): try packer.append(tensor, settings: settings.next()!, to: &writer)
        case .stored(let array): try writer.append(array.record, data: array.region.bytes)
        }
      }
      for document in graphs {
        let record = StoredRecord(
          name: NetworkFolder.graphFile, typeName: "json", shape: [document.count], byteCount: document.count)
        try document.withUnsafeBytes { try writer.append(record, data: $0) }
      }
      let (sinkAfter, entries, byteCount) = try writer.finish()
      try sinkAfter.commit()
      let report = ListReport(entries, fileByteCount: byteCount)
      if target == "-" {
        if !console.quiet { Console.error("standard output: " + report.totals, terminator: "") }
      } else {
        if console.json {
          try report.writeJSON()
        } else if console.verbose, !console.quiet {
          try report.writeText()
        } else if !console.quiet {
          try Console.output("\(target): " + report.totals)
        }
      }
    } catch let error as WeftError {
      throw CommandFailure(file: inputs.count == 1 ? inputs[0] : target, error)
    }
  }

  private static func defaultOutput(_ input: String) -> String {
    var path = FilePath(input)
    path.extension = nil
    return path.string + ".weft"
  }
}
