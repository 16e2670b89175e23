import Traffic

/// The report as one page.
struct TrafficPage {
  var document: TrafficDocument
  var report: TrafficReport
  var measured: MeasuredNetwork
  var schemes: [SchemeSizes]

  var html: String { "" }
}
