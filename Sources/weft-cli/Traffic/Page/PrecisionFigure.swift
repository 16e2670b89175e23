import Foundation

/// A heat map of precisions: a row for each tensor, a column for each of 0...16 bits.
struct PrecisionFigure {
  var rows: [PrecisionRow]

  var markup: Markup {
    PageFigure(
      id: "precisions", title: "Precisions of the groups",
      caption: """
        How many bits the groups of each tensor are stored with. The stronger a cell's colour, the more of the tensor's groups; at the \
        right the mean. Precision 0 is a group of zeros: it costs its header alone.
        """,
      legend: [("weights", "weights"), ("inputs", "activations")], rowCount: rows.count,
      plot: "\(ramp)<div class=\"rows heat\">\n\(axis)\(rows.enumerated().map(row))</div>"
    ).markup
  }

  /// Small parts stay visible: the shade grows with the root.
  private static func shade(_ share: Double) -> String { share > 0 ? decimals(0.1 + 0.9 * share.squareRoot(), 3) : "0" }

  private var ramp: Markup {
    let steps = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1]
    let cells = steps.map { share -> Markup in
      """
      <li><svg class="swatch" width="22" height="14" aria-hidden="true"><rect class="empty" x="1" y="1" width="20" \
      height="12"/><rect class="ink" x="1" y="1" width="20" height="12" fill-opacity="\(PrecisionFigure.shade(share))"/>\
      </svg>\(decimals(100 * share, 0)) %</li>
      """
    }
    return "<ul class=\"legend ramp\"><li>part of the groups:</li>\(cells)</ul>\n"
  }

  private func left(_ precision: Int) -> Double { Double(precision) / 17 }

  private var axis: Markup {
    let labels = (0...16).map { precision -> Markup in
      "<text class=\"tick\" x=\"\(Quantity.percent(left(precision) + 0.5 / 17))\" y=\"12\" text-anchor=\"middle\">\(precision)</text>"
    }
    return """
      <div class="row axis stays"><span class="name">bits</span><svg width="100%" height="16" aria-hidden="true">\
      \(labels)</svg><span class="value">mean</span></div>

      """
  }

  private func row(_ index: Int, _ row: PrecisionRow) -> Markup {
    let style = row.kind == .weights ? "weights" : "inputs"
    let cells = (0...16).map { precision -> Markup in
      let place: Markup = """
        x="\(Quantity.percent(left(precision)))" y="1" width="\(Quantity.percent(0.94 / 17))" height="20"
        """
      guard row.counts[precision] > 0 else { return "<rect class=\"empty\" \(place)/>" }
      return """
        <rect class="empty" \(place)/><rect class="\(style)" \(place) \
        fill-opacity="\(PrecisionFigure.shade(row.share(precision)))"><title>\(row.name): \
        \(Quantity.grouped(row.counts[precision])) of \(Quantity.grouped(row.groupCount)) groups at \(precision) \
        bits</title></rect>
        """
    }
    return """
      <div class="row">\(Markup.name(row.name))<svg class="track" width="100%" height="22" aria-hidden="true">\(cells)</svg>\
      <span class="value">\(row.groupCount == 0 ? "-" : decimals(row.mean, 2))</span></div>

      """
  }
}
