/// Sizes of all tensors under every scheme, the smallest first.
struct SchemeFigure {
  var schemes: [SchemeSizes]
  /// The form that the report is about, as `compare` calls it.
  var form: String

  var markup: Markup {
    let totals = CompareReport(schemes).totals
    let panels = [("all", "Weights and activations"), ("weights", "Weights"), ("activations", "Activations")]
      .compactMap { kind, title in totals[kind].map { panel($0, title) } }
    let beaten = schemes.count { !SchemeSizes.rivals($0.schemes).isEmpty }
    return PageFigure(
      id: "schemes", title: "Size of all tensors under every scheme",
      caption: """
        Parts of the raw size, the smallest first. The dashed line is entropy0, a floor for codes of single bytes and no \
        scheme. In \(beaten) of \(schemes.count) tensors some scheme is smaller than weft: the last table marks them.
        """,
      legend: [
        ("weft", "weft and weft_array; in bold: off chip here"), ("other", "other schemes"),
        ("rival", "smaller than weft"), ("floor", "entropy0: floor"),
      ],
      rowCount: SchemeSizes.order.count, plot: "<div class=\"panels\">\(panels)</div>"
    ).markup
  }

  private func panel(_ total: CompareReport.Total, _ title: String) -> Markup {
    let raw = total.schemes["raw"] ?? 0
    let rivals = SchemeSizes.rivals(total.schemes)
    func ratio(_ bits: Double) -> Double { raw > 0 ? bits / raw : 0 }
    let sorted = total.schemes.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    let rows = sorted.map { name, bits -> BarChart.Row in
      let isRival = rivals.contains(name)
      let style =
        name == "entropy0" ? "floor" : isRival ? "rival" : name == "weft" || name == "weft_array" ? "weft" : "other"
      return BarChart.Row(
        name: name, bars: [BarChart.Bar(parts: [(ratio(bits), style)], top: 5, height: 16)],
        value: isRival
          ? "<b class=\"mark\">&lt; weft</b> \(decimals(ratio(bits)))"
          : "\(name == "entropy0" ? "floor " : "")\(decimals(ratio(bits)))",
        hint: "\(name): \(Quantity.bytes(bits / 8)), \(decimals(ratio(bits))) of raw",
        style: name == form ? "chosen" : "")
    }
    let chart = BarChart(
      scale: LinearScale(upTo: sorted.map { ratio($0.value) }.max() ?? 0), rows: rows,
      marks: total.schemes["entropy0"].map { [BarChart.Mark(value: ratio($0), style: "floor-line")] } ?? [],
      tickLabel: Quantity.short)
    return """
      <div class="panel"><h3>\(title)</h3><p>\(total.tensors) tensors, \(Quantity.bytes(total.raw_bytes)) raw</p>
      \(chart.markup)</div>

      """
  }
}
