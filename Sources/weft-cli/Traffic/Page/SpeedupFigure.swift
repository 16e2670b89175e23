import Loom
import Traffic

/// How many times fewer cycles than the bit-parallel baseline.
struct SpeedupFigure {
  var runs: [LayerRun]
  var machine: String

  var markup: Markup {
    let working = runs.enumerated().filter { $1.timing.cycles > 0 && $1.baselineCycles > 0 }
    let cycles = working.reduce(0.0) { $0 + Double($1.element.timing.cycles) }
    let baseline = working.reduce(0.0) { $0 + Double($1.element.baselineCycles) }
    var rows = working.map { index, run in
      row(run.layer.name, Double(run.baselineCycles), Double(run.timing.cycles), number: index + 1)
    }
    if cycles > 0 { rows.insert(row("all layers", baseline, cycles, style: "chosen"), at: 0) }
    let largest = rows.flatMap(\.bars).flatMap(\.parts).map(\.length).max() ?? 0
    let chart = BarChart(
      scale: LinearScale(upTo: max(1, largest)), rows: rows, marks: [BarChart.Mark(value: 1, style: "unit-line")],
      tickLabel: { Quantity.short($0) + "\u{D7}" })
    return PageFigure(
      id: "speedup", title: "Cycles against DPNN",
      caption: """
        DPNN's cycles over \(machine)'s, for one image: DPNN takes 128 products of 16 by 16 bits a cycle. \
        \(runs.count - working.count) of \(runs.count) layers have no products and are left out.
        """,
      legend: [
        ("weft", "speed-up in cycles"), ("slower", "slower than DPNN"), ("unit", "line at 1\u{D7}: as many cycles"),
      ],
      rowCount: rows.count, plot: chart.markup
    ).markup
  }

  private func row(
    _ name: String, _ baseline: Double, _ cycles: Double, number: Int? = nil, style: String = ""
  ) -> BarChart.Row {
    let ratio = baseline / cycles
    return BarChart.Row(
      number: number, name: name,
      bars: [BarChart.Bar(parts: [(ratio, ratio < 1 ? "slower" : "weft")], top: 5, height: 16)],
      value: "<b>\(decimals(ratio, 2))\u{D7}</b> \(Quantity.count(cycles)) cycles",
      hint: "\(name): \(decimals(baseline, 0)) cycles on DPNN, \(decimals(cycles, 0)) on \(machine)", style: style)
  }
}
