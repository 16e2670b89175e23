import Networks
import Traffic

/// The report as one page: it needs no network, no script and no other file.
struct TrafficPage {
  var document: TrafficDocument
  var report: TrafficReport
  var measured: MeasuredNetwork
  var schemes: [SchemeSizes]
  var precisions: [PrecisionRow]

  var html: String { markup.text }

  private var markup: Markup {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(document.network): traffic</title>
    <style>
    \(PageStyle.markup)</style>
    </head>
    <body>
    <main>
    \(HeadlineSection(document: document).markup)\
    \(OperandFigure(report: report).markup)\
    \(OverheadFigure(report: report).markup)\
    \(SchemeFigure(schemes: schemes, form: form).markup)\
    \(PrecisionFigure(rows: precisions).markup)\
    \(BoundFigure(report: report).markup)\
    \(TimeFigure(report: report).markup)\
    \(SpeedupFigure(runs: measured.runs, machine: document.array).markup)\
    \(LayerTables(document: document, runs: measured.runs).markup)\
    \(TensorTables(schemes: schemes, precisions: precisions).markup)\
    <footer>Written by weft traffic. Times are modelled: one layer after the other, array and channel side by side.</footer>
    </main>
    </body>
    </html>

    """
  }

  /// The off-chip form by its name in `compare`.
  private var form: String {
    switch document.offchip {
    case "array": "weft_array"
    case "storage": "weft"
    default: document.offchip
    }
  }
}
