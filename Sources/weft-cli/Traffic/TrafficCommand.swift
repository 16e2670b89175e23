import ArgumentParser
import LPDDR4
import Loom
import Networks
import Traffic
import Weft

/// `weft traffic INPUT --array A --channel lpddr4-4267`
struct TrafficCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "traffic", abstract: "What a network moves on and off chip, and what that takes on the channel.")

  @Argument(help: "Network folder, .tflite, .onnx or .weft with a layer graph.")
  var input: String

  @OptionGroup var traffic: TrafficOptions

  @Option(help: "Write a page with plots that needs no network.")
  var html: String?

  @Option(help: "Write the layers as CSV.")
  var csv: String?

  @Flag(name: .shortAndLong, help: "Overwrite the outputs.")
  var force = false

  @OptionGroup var threads: ThreadOption
  @OptionGroup var console: OutputOptions

  func run() throws {
    let kernel = try KernelChoice.selected()
    do {
      let measured = try traffic.measure(input, kernel: kernel, threads: threads.count)
      let reports = try measured.map {
        try TrafficReport(
          try $0.traffic(traffic.scheme, groupSize: traffic.groupSizeChoice, kernel: kernel),
          options: try traffic.options(for: $0.machine))
      }
      let items = try measured[0].comparedItems()
      let schemes = try Parallel.map(items.count, threads: threads.count) { index in
        try SchemeSizes(items[index], groupSize: traffic.groupSizeChoice, kernel: kernel)
      }
      let document = TrafficDocument(
        reports, measured: measured[0], traffic, totals: CompareReport(schemes).totals["all"])
      if let csv { try OutputText.write(document.csv, to: csv, mayOverwrite: force) }
      if let html {
        let precisions = try Parallel.map(items.count, threads: threads.count) { index in
          try PrecisionRow(items[index], groupSize: traffic.groupSizeChoice, kernel: kernel)
        }
        let page = TrafficPage(
          document: document, report: reports[0], measured: measured[0], schemes: schemes, precisions: precisions)
        try OutputText.write(page.html, to: html, mayOverwrite: force)
      }
      try console.emit(document) { document.text(isVerbose: console.verbose) }
    } catch let error as NetworkError {
      throw CommandFailure(file: input, error)
    } catch let error as WeftError {
      throw CommandFailure(file: input, error)
    } catch let error as TrafficError {
      throw CommandFailure(file: input, error)
    } catch let error as StandardError {
      throw CommandFailure(file: input, "\(error)")
    }
  }
}
