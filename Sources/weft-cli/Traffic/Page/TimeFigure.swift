import Traffic

/// How long each layer takes on the array and on the channel, and the whole run as one strip.
struct TimeFigure {
  var report: TrafficReport

  var markup: Markup {
    let rows = report.layers.enumerated().map { index, layer in
      BarChart.Row(
        number: index + 1, name: layer.plan.layer.name,
        bars: [
          BarChart.Bar(parts: [(layer.arrayNanoseconds, "compute")], top: 4, height: 9),
          BarChart.Bar(parts: [(layer.dramNanoseconds, "memory")], top: 13, height: 9),
        ],
        value:
          "<b>\(Quantity.time(nanoseconds: layer.nanoseconds))</b>\(layer.nanoseconds > 0 ? " \(layer.bound.rawValue)" : "")",
        hint: hint(layer))
    }
    let largest = report.layers.map(\.nanoseconds).max() ?? 0
    let chart = BarChart(scale: LinearScale(upTo: largest), rows: rows) { Quantity.time(nanoseconds: $0) }
    return PageFigure(
      id: "times", title: "Time of each layer",
      caption: """
        Array and channel work side by side, the longer one counts. The strip is the whole run, layer after layer: \
        \(Quantity.time(nanoseconds: report.nanoseconds)), of which the array waits \
        \(Quantity.time(nanoseconds: report.stallNanoseconds)).
        """,
      legend: [("compute", "time on the array"), ("memory", "time on the channel")], rowCount: rows.count,
      plot: "\(strip)\(chart.markup)"
    ).markup
  }

  private var strip: Markup {
    let all = report.nanoseconds
    var start = 0.0
    let parts = report.layers.compactMap { layer -> Markup? in
      defer { start += layer.nanoseconds }
      guard layer.nanoseconds > 0 else { return nil }
      return """
        <rect class="\(layer.bound.rawValue) cut" x="\(Quantity.percent(start, of: all))" y="2" \
        width="\(Quantity.percent(layer.nanoseconds, of: all))" height="24"><title>\(hint(layer))</title></rect>
        """
    }
    return "<svg class=\"strip\" width=\"100%\" height=\"28\" aria-hidden=\"true\">\(parts)</svg>\n"
  }

  private func hint(_ layer: LayerTraffic) -> String {
    """
    \(layer.plan.layer.name): array \(Quantity.time(nanoseconds: layer.arrayNanoseconds)), channel \
    \(Quantity.time(nanoseconds: layer.dramNanoseconds))
    """
  }
}
