import Foundation

/// A scale from 0 with round steps.
struct LinearScale {
  let step: Double
  /// The last tick, at the right edge.
  let end: Double

  /// Covers 0...`largest` in at most four steps.
  init(upTo largest: Double) {
    guard largest > 0, largest.isFinite else {
      (step, end) = (1, 1)
      return
    }
    let power = pow(10, floor(log10(largest / 4)))
    let factor = [1, 2, 2.5, 5, 10].first { largest <= 4 * $0 * power * (1 + 1e-9) } ?? 10
    step = factor * power
    end = step * max(1, (largest / step - 1e-9).rounded(.up))
  }

  var ticks: [Double] { (0...Int((end / step).rounded())).map { Double($0) * step } }

  func percent(_ value: Double) -> String { Quantity.percent(value, of: end) }

  /// Lines behind the bars of one row.
  var grid: Markup {
    let lines = ticks.map { tick -> Markup in
      "<line class=\"grid\" x1=\"\(percent(tick))\" x2=\"\(percent(tick))\" y1=\"0\" y2=\"100%\"/>"
    }
    return "\(lines)"
  }

  /// Labels of the ticks; the outer ones lean inwards, so that nothing is cut off.
  func axis(_ label: (Double) -> String) -> Markup {
    let labels = ticks.map { tick -> Markup in
      let anchor = tick == 0 ? "start" : tick > end - step / 2 ? "end" : "middle"
      return "<text class=\"tick\" x=\"\(percent(tick))\" y=\"12\" text-anchor=\"\(anchor)\">\(label(tick))</text>"
    }
    return """
      <div class="row axis"><span class="name"></span>\
      <svg width="100%" height="16" aria-hidden="true">\(labels)</svg><span class="value"></span></div>

      """
  }
}
