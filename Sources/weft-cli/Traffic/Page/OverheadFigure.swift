import Traffic

/// What the moved bytes are made of.
struct OverheadFigure {
  var report: TrafficReport

  /// Bits by section over all moves off chip, and what rounding to bursts adds.
  private var parts: [(name: String, style: String, bits: Int)] {
    var (payload, header, mask) = (0, 0, 0)
    for move in report.layers.flatMap(\.plan.moves) where !move.isOnChip {
      payload += move.passes * move.form.payloadBits
      header += move.passes * move.form.headerBits
      mask += move.passes * move.form.maskBits
    }
    return [
      ("payload", "weft", payload), ("headers", "inputs", header), ("mask", "outputs", mask),
      ("rounding to bursts", "rival", 8 * report.burstBytes - payload - header - mask),
    ]
  }

  var markup: Markup {
    let parts = parts
    let all = Double(8 * report.burstBytes)
    var start = 0.0
    let bars = parts.map { part -> Markup in
      defer { start += Double(part.bits) }
      return """
        <rect class="\(part.style)" x="\(Quantity.percent(start, of: all))" y="2" \
        width="\(Quantity.percent(Double(part.bits), of: all))" height="24"><title>\(part.name)</title></rect>
        """
    }
    return PageFigure(
      id: "overhead", title: "What the moved bytes are",
      caption:
        "Headers say how wide each group is, a mask which values are not zero; every section is rounded up to whole bursts of \(report.memory.burst) bytes.",
      legend: parts.map { part in
        let share = all == 0 ? "0" : decimals(100 * Double(part.bits) / all, 1)
        return (part.style, "\(part.name): \(Quantity.bytes(Double(part.bits) / 8)), \(share) %")
      },
      rowCount: 1,
      plot: "<svg class=\"strip\" width=\"100%\" height=\"28\" aria-hidden=\"true\">\(bars)</svg>"
    ).markup
  }
}
