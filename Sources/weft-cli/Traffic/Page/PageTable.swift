/// A table in a box of its own that scrolls where it is too wide.
struct PageTable {
  struct Column {
    var title: String
    var unit = ""
    var isText = false
  }

  var id: String
  var title: String
  var caption: Markup
  var columns: [Column]
  var rows: [[Markup]] = []
  /// The last line; empty for none.
  var total: [Markup] = []

  /// An exact number: what a program reads stands in `value`, what people read in the cell.
  static func number(_ value: Int, id: String? = nil) -> Markup {
    "<data\(place(id)) value=\"\(value)\">\(Quantity.grouped(value))</data>"
  }

  static func number(_ value: Double, _ places: Int = 1, id: String? = nil) -> Markup {
    "<data\(place(id)) value=\"\(value.description)\">\(decimals(value, places))</data>"
  }

  private static func place(_ id: String?) -> Markup { id.map { " id=\"\($0)\"" } ?? "" }

  var markup: Markup {
    let heads = columns.map { column -> Markup in
      let unit: Markup = column.unit.isEmpty ? "" : "<span>\(column.unit)</span>"
      return "<th scope=\"col\"\(style(column))>\(column.title)\(unit)</th>"
    }
    let foot: Markup = total.isEmpty ? "" : "<tfoot>\(line(total))</tfoot>"
    return """
      <section class="figure breaks" aria-labelledby="\(id)">
      <h2 id="\(id)">\(title)</h2>
      <p>\(caption)</p>
      <div class="box" tabindex="0" role="region" aria-labelledby="\(id)">
      <table><thead><tr>\(heads)</tr></thead>
      <tbody>
      \(rows.map(line))</tbody>\(foot)</table>
      </div>
      </section>

      """
  }

  private func style(_ column: Column) -> Markup { column.isText ? " class=\"text\"" : "" }

  private func line(_ cells: [Markup]) -> Markup {
    let cells = zip(columns, cells).enumerated().map { index, pair -> Markup in
      index == 0
        ? "<th scope=\"row\"\(style(pair.0))>\(pair.1)</th>" : "<td\(style(pair.0))>\(pair.1)</td>"
    }
    return "<tr>\(cells)</tr>\n"
  }
}
