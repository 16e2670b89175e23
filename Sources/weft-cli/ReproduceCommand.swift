import ArgumentParser
import Foundation
import Loom
import Weft

/// `weft reproduce loom-table1|loom-table2|dpred`
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Compute published figures again: ours, the paper's, the difference.")

  /// What can be computed again.
  enum Table: String, ExpressibleByArgument, CaseIterable {
    case loomTable1 = "loom-table1"
    case loomTable2 = "loom-table2"
    case dpred
  }

  @Argument(
    help: """
      loom-table1: what the precision profiles of Loom's Table 1 promise without idle parts, beside the published \
      speed-ups. loom-table2: speed-ups of Stripes and Loom over DPNN at the 100 % profile. dpred: DPRed's average of raw \
      bits, on the networks given.
      """)
  var table: Table

  @Argument(help: "Networks for dpred: folders or .weft. Default: the package's own, in its folder.")
  var networks: [String] = []

  @OptionGroup var threads: ThreadOption
  @OptionGroup var console: OutputOptions

  /// What `dpred` is computed on where no network is given: those of the package, seen from its folder.
  private static let embedded = ["Fixtures/networks/digits_int8", "Fixtures/networks/digits_fixed16"]

  func validate() throws {
    guard table == .dpred || networks.isEmpty else {
      throw ValidationError("\(table.rawValue) takes no networks")
    }
  }

  struct Report: Encodable {
    struct Row: Encodable {
      var network: String
      var layer_kind: String
      var machine: String
      var paper: Double
      var ours: Double
      var error: Double
      var note: String
    }

    /// Geometric mean over the networks of one machine and kind of layer.
    struct Mean: Encodable {
      var layer_kind: String
      var machine: String
      var paper: Double
      var ours: Double
    }

    var rows: [Row]
    var geomeans: [Mean]

    init(rows: [Row]) {
      self.rows = rows
      var kinds: [[String]] = []
      for row in rows where !kinds.contains([row.layer_kind, row.machine]) {
        kinds.append([row.layer_kind, row.machine])
      }
      geomeans = kinds.map { kind in
        let members = rows.filter { [$0.layer_kind, $0.machine] == kind }
        func mean(_ value: (Row) -> Double) -> Double {
          exp(members.reduce(0) { $0 + log(value($1)) } / Double(members.count))
        }
        return Mean(layer_kind: kind[0], machine: kind[1], paper: mean(\.paper), ours: mean(\.ours))
      }
    }
  }

  func run() throws {
    let rows: [Report.Row] =
      switch table {
      case .loomTable1: PublishedSpeedUp.table1.map { Report.Row($0) }
      case .loomTable2: PublishedSpeedUp.table2.map { Report.Row($0) }
      case .dpred: try dpredRows()
      }
    let report = Report(rows: rows)
    try console.emit(report) {
      var table = TextTable(["network", "layers", "machine", "paper", "ours", "difference %", "note"])
      for row in report.rows {
        table.append([
          row.network, row.layer_kind, row.machine, decimals(row.paper, 2), decimals(row.ours),
          decimals(100 * row.error, 1), row.note,
        ])
      }
      for mean in report.geomeans {
        table.append([
          "geomean", mean.layer_kind, mean.machine, decimals(mean.paper, 2), decimals(mean.ours),
          decimals(100 * (mean.ours / mean.paper - 1), 1), "implied factor \(decimals(mean.paper / mean.ours))",
        ])
      }
      return table.text(leftColumns: [0, 1, 2, 6])
    }
  }

  /// DPRed's dense form and Weft's on every network, beside the published averages: 35 % of raw for 16 bits, 33 % for
  /// 8 (Delmas Lascorz et al., arXiv 1804.06732: weights and activations together).
  private func dpredRows() throws -> [Report.Row] {
    let kernel = try KernelChoice.selected()
    return try (networks.isEmpty ? ReproduceCommand.embedded : networks).flatMap { path in
      let items = try ComparedItem.items(of: path, kernel: kernel).filter { $0.kind != .bias }
      let sizes = try Parallel.map(items.count, threads: threads.count) { index in
        try SchemeSizes(items[index], groupSize: .fixed(.lanes16), kernel: kernel)
      }
      guard let total = CompareReport(sizes).totals["all"], let raw = total.schemes["raw"], raw > 0 else {
        throw CommandFailure(file: path, "no weights or activations")
      }
      let isWide = Double(total.raw_bytes) > 1.5 * Double(total.values)
      let paper = isWide ? 0.35 : 0.33
      return ["dpred16", "weft"].map { scheme in
        let ours = (total.schemes[scheme] ?? raw) / raw
        return Report.Row(
          network: path, layer_kind: "weights and activations", machine: scheme, paper: paper, ours: ours,
          error: ours / paper - 1,
          note: "the paper's figure is an average over other networks, \(isWide ? 16 : 8) bits a value")
      }
    }
  }
}

extension ReproduceCommand.Report.Row {
  init(_ cell: PublishedSpeedUp) {
    self.init(
      network: cell.network, layer_kind: cell.layerKind.rawValue, machine: cell.machine.rawValue, paper: cell.paper,
      ours: cell.ours, error: cell.error, note: cell.note)
  }
}
