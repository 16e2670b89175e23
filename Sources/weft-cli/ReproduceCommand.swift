import ArgumentParser
import Loom

/// `weft reproduce loom-table1|loom-table2`
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Compute published figures again: ours, the paper's, the difference.")

  /// What can be computed again.
  enum Table: String, ExpressibleByArgument, CaseIterable {
    case loomTable1 = "loom-table1"
    case loomTable2 = "loom-table2"
  }

  @Argument(
    help: """
      loom-table1: what the precision profiles of Loom's Table 1 promise without idle parts, beside the published \
      speed-ups. loom-table2: speed-ups of Stripes and Loom over DPNN at the 100 % profile.
      """)
  var table: Table

  @OptionGroup var console: OutputOptions

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

    var rows: [Row]
  }

  func run() throws {
    let report = Report(
      rows: (table == .loomTable1 ? PublishedSpeedUp.table1 : PublishedSpeedUp.table2).map {
        Report.Row(
          network: $0.network, layer_kind: $0.layerKind.rawValue, machine: $0.machine.rawValue, paper: $0.paper,
          ours: $0.ours, error: $0.error, note: $0.note)
      })
    try console.emit(report) {
      var table = TextTable(["network", "layers", "machine", "paper", "ours", "difference %", "note"])
      for row in report.rows {
        table.append([
          row.network, row.layer_kind, row.machine, decimals(row.paper, 2), decimals(row.ours),
          decimals(100 * row.error, 1), row.note,
        ])
      }
      return table.text(leftColumns: [0, 1, 2, 6])
    }
  }
}
