/// One plot with its heading, what it says in a sentence, and its legend.
struct PageFigure {
  /// Rows beyond which a figure scrolls in its own box on a screen.
  static let rowsWithoutScrolling = 48

  var id: String
  var title: String
  var caption: Markup
  var legend: [(style: String, meaning: String)]
  var rowCount: Int
  var plot: Markup

  var markup: Markup {
    let isLong = rowCount > PageFigure.rowsWithoutScrolling
    // A box that scrolls can be reached by keyboard.
    let box: Markup =
      isLong
      ? "<div class=\"plot long\" tabindex=\"0\" role=\"region\" aria-labelledby=\"\(id)\">\(plot)</div>"
      : "<div class=\"plot\">\(plot)</div>"
    return """
      <section class="figure\(isLong ? " breaks" : "")" aria-labelledby="\(id)">
      <h2 id="\(id)">\(title)</h2>
      <p>\(caption)</p>
      \(legend.isEmpty ? "" : Markup.legend(legend))\(box)
      </section>

      """
  }
}
