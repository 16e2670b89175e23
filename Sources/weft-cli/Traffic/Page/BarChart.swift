/// Rows of horizontal bars on one scale. Text keeps its size whatever the width: only bars stretch.
struct BarChart {
  /// Parts that follow one another from the left; the class of each gives its colour.
  struct Bar {
    var parts: [(length: Double, style: String)]
    /// Place and thickness in the row, in pixels.
    var top: Int
    var height: Int
  }

  struct Row {
    var number: Int?
    var name: String
    var bars: [Bar]
    /// What stands at the right.
    var value: Markup
    /// What shows when the bars are pointed at.
    var hint: String
    var style = ""
  }

  /// A line across all rows.
  struct Mark {
    var value: Double
    var style: String
  }

  /// Pixels from row to row.
  static let rowHeight = 26

  var scale: LinearScale
  var rows: [Row]
  var marks: [Mark] = []
  var tickLabel: (Double) -> String

  var markup: Markup {
    """
    <div class="rows">
    \(scale.axis(tickLabel))\(rows.map(row))</div>

    """
  }

  private func row(_ row: Row) -> Markup {
    let bars = row.bars.flatMap { bar -> [Markup] in
      var start = 0.0
      return bar.parts.compactMap { part in
        defer { start += part.length }
        guard part.length > 0 else { return nil }
        return """
          <rect class="\(part.style)" x="\(scale.percent(start))" y="\(bar.top)" width="\(scale.percent(part.length))" \
          height="\(bar.height)"/>
          """
      }
    }
    let lines = marks.map { mark -> Markup in
      "<line class=\"\(mark.style)\" x1=\"\(scale.percent(mark.value))\" x2=\"\(scale.percent(mark.value))\" y1=\"0\" y2=\"100%\"/>"
    }
    return """
      <div class="row \(row.style)">\(Markup.name(row.name, number: row.number))\
      <svg class="track" width="100%" height="\(BarChart.rowHeight)" aria-hidden="true"><title>\(row.hint)</title>\
      \(scale.grid)\(bars)\(lines)</svg><span class="value">\(row.value)</span></div>

      """
  }
}
