import ArgumentParser
import Foundation
import LPDDR4
import Traffic

/// `weft sweep SPEC -o OUT`
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Traffic and time of many machines, memories and schemes; may be killed and resumed.",
    discussion: """
      SPEC is a JSON object with lists: networks (paths, published:NAME, published-conv:NAME), machines, schemes, \
      channels, widths, activation_memories, weight_memories, batches. OUT ends in .csv or .json. Rows that are done \
      lie in OUT.part until all are.
      """)

  @Argument(help: "What to vary.")
  var specification: String

  @Option(name: .shortAndLong, help: "The result: .csv or .json.")
  var output: String

  @Flag(name: .shortAndLong, help: "Overwrite the output.")
  var force = false

  @Option(help: "Part K of N of the configurations only, K/N: the rows of all parts, in order, are those of the sweep.")
  var part: Part?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var console: OutputOptions

  struct Report: Encodable {
    var configurations: Int
    /// Configurations of the result; `resumed` of them were there from an earlier run.
    var done: Int
    var resumed: Int
  }

  func validate() throws {
    guard output.hasSuffix(".csv") || output.hasSuffix(".json") else {
      throw ValidationError("-o ends in .csv or .json, not '\(output)'")
    }
  }

  func run() throws {
    guard force || !FileManager.default.fileExists(atPath: output) else {
      throw CommandFailure(file: output, "exists; -f overwrites")
    }
    let plan = try SweepSpecification.read(specification)
    let all = plan.points
    let points = part.map { Array(all[$0.range(ofSizes: all.map { _ in 1 })]) } ?? all
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let identity =
      String(decoding: try encoder.encode(plan), as: UTF8.self)
      + (part.map { " part \($0.index + 1)/\($0.count)" } ?? "")
    let journal = try SweepJournal(output + ".part", identity: identity, count: points.count)
    let missing = points.indices.filter { journal.done[$0] == nil }
    let networks = SweepNetworks(kernel: try KernelChoice.selected())
    try networks.prepare(missing.map { points[$0] }, threads: threads.count)
    let progress = ProgressBar("sweeping", total: UInt64(missing.count), isQuiet: console.quiet)
    let made = try Parallel.map(missing.count, threads: threads.count) { place in
      let point = points[missing[place]]
      do {
        let row = SweepRow(point, try TrafficReport(networks.network(point), options: try point.options()))
        try journal.append(missing[place], row)
        progress.advance(1)
        return row
      } catch let error as TrafficError {
        throw CommandFailure(file: point.network, error)
      } catch let error as StandardError {
        throw CommandFailure(file: point.network, "\(error)")
      }
    }
    var rows = journal.done
    for (place, index) in missing.enumerated() { rows[index] = made[place] }
    let ordered = points.indices.map { rows[$0]! }
    try OutputText.write(try text(of: ordered), to: output, mayOverwrite: force)
    journal.remove()
    let report = Report(configurations: points.count, done: ordered.count, resumed: journal.done.count)
    try console.emit(report) {
      "\(output): \(report.done) configurations"
        + (report.resumed > 0 ? ", \(report.resumed) of them from an earlier run" : "") + "\n"
    }
  }

  private func text(of rows: [SweepRow]) throws -> String {
    if output.hasSuffix(".csv") { return rows.reduce(into: SweepRow.header) { $0 += $1.csv } }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(rows), as: UTF8.self) + "\n"
  }
}
