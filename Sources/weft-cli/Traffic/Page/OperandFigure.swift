import Traffic

/// Traffic per layer by operand: raw above, as moved below.
struct OperandFigure {
  var report: TrafficReport

  var markup: Markup {
    let largest = report.layers.map { max($0.burstBytes, $0.rawBurstBytes) }.max() ?? 0
    let rows = report.layers.enumerated().map { index, layer in
      BarChart.Row(
        number: index + 1, name: layer.plan.layer.name,
        bars: [
          BarChart.Bar(parts: parts(layer.rawPlan, "pale "), top: 4, height: 6),
          BarChart.Bar(parts: parts(layer.plan, ""), top: 10, height: 12),
        ],
        value: "<b>\(Quantity.bytes(layer.burstBytes))</b> of \(Quantity.bytes(layer.rawBurstBytes))",
        hint: hint(layer))
    }
    let still = report.layers.count { $0.burstBytes == 0 }
    let chart = BarChart(scale: LinearScale(upTo: Double(largest)), rows: rows) { Quantity.bytes($0) }
    return PageFigure(
      id: "operands", title: "Traffic of each layer",
      caption: """
        Bytes on the channel, rounded to bursts: what is moved (solid, below) and what raw tensors would move (pale, above). \
        \(still) of \(report.layers.count) layers move nothing: their operands stay on chip.
        """,
      legend: [
        ("weights", "weights"), ("inputs", "inputs"), ("outputs", "outputs"), ("pale outputs", "pale: the same, raw"),
      ],
      rowCount: rows.count, plot: chart.markup
    ).markup
  }

  private func parts(_ plan: LayerPlan, _ prefix: String) -> [(length: Double, style: String)] {
    let burst = report.memory.burst
    return [
      (Double(plan.weights?.burstBytes(burst: burst) ?? 0), prefix + "weights"),
      (Double(plan.inputs.reduce(0) { $0 + $1.burstBytes(burst: burst) }), prefix + "inputs"),
      (Double(plan.output.burstBytes(burst: burst)), prefix + "outputs"),
    ]
  }

  private func hint(_ layer: LayerTraffic) -> String {
    let names = ["weights", "inputs", "outputs"]
    let texts = zip(names, zip(parts(layer.plan, ""), parts(layer.rawPlan, ""))).map { name, pair in
      "\(name) \(Quantity.bytes(pair.0.length)) of \(Quantity.bytes(pair.1.length)) raw"
    }
    return "\(layer.plan.layer.name): " + texts.joined(separator: ", ")
  }
}
