import Traffic

/// A roofline of times: each layer by its time on the channel and on the array; the diagonal is balance.
struct BoundFigure {
  var report: TrafficReport
  private let scale: DecadeScale
  /// Layers that take any time, by number.
  private let taking: [(index: Int, layer: LayerTraffic)]
  /// The slowest, apart enough that their letters do not meet.
  private let lettered: [Int]

  /// How many layers get a letter, and how far apart they are at least, in parts of the axis.
  private static let (letterCount, letterDistance) = (8, 0.075)

  init(report: TrafficReport) {
    self.report = report
    let scale = DecadeScale(report.layers.flatMap { [$0.dramNanoseconds, $0.arrayNanoseconds] })
    let taking = report.layers.enumerated().filter { $1.nanoseconds > 0 }.map { (index: $0, layer: $1) }
    var chosen: [(index: Int, layer: LayerTraffic)] = []
    for candidate in taking.sorted(by: { ($1.layer.nanoseconds, $0.index) < ($0.layer.nanoseconds, $1.index) }) {
      let isFree = chosen.allSatisfy { other in
        let across = scale.position(other.layer.dramNanoseconds) - scale.position(candidate.layer.dramNanoseconds)
        let up = scale.position(other.layer.arrayNanoseconds) - scale.position(candidate.layer.arrayNanoseconds)
        return max(abs(across), abs(up)) >= BoundFigure.letterDistance
      }
      if isFree, chosen.count < BoundFigure.letterCount { chosen.append(candidate) }
    }
    (self.scale, self.taking, lettered) = (scale, taking, chosen.map(\.index))
  }

  var markup: Markup {
    let waiting = taking.count { $0.layer.bound == .memory }
    return PageFigure(
      id: "bounds", title: "Array or memory: which bounds",
      caption: """
        Each layer by its time on the channel (to the right) and on the array (upwards), both logarithmic; what takes no time \
        lies in the strip at 0. Above the diagonal the array is the slower one, below it waits for memory: \(waiting) of \
        \(taking.count) layers. Letters mark the slowest.
        """,
      legend: [
        ("compute", "round: the array bounds"), ("memory", "square: memory bounds"),
        ("balance", "diagonal: both take as long"),
      ],
      rowCount: 1, plot: "<div class=\"scatter\">\(plot)\(key)</div>"
    ).markup
  }

  private var plot: Markup {
    let edge = 100 * DecadeScale.strip
    let points =
      taking.reversed().filter { !lettered.contains($0.index) } + lettered.reversed().map { ($0, report.layers[$0]) }
    return """
      <div class="square"><p class="upwards">time on the array</p><svg class="points" width="100%" height="100%" \
      aria-hidden="true">
      <svg width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none"><rect class="empty" width="100" \
      height="100"/><polygon class="memory-half" points="\(decimals(edge, 1)),\(decimals(100 - edge, 1)) 100,0 \
      100,\(decimals(100 - edge, 1))"/></svg>
      \(grid)<line class="balance-line" x1="\(Quantity.percent(DecadeScale.strip))" \
      y1="\(Quantity.percent(1 - DecadeScale.strip))" x2="100%" y2="0%"/>
      \(points.map(point))</svg><p class="across">time on the channel</p></div>

      """
  }

  private var grid: [Markup] {
    let ticks = [(0.0, "0")] + scale.ticks.map { ($0, Quantity.time(nanoseconds: $0)) }
    return ticks.map { tick, label in
      let across = Quantity.percent(scale.position(tick))
      let down = Quantity.percent(1 - scale.position(tick))
      return """
        <line class="grid" x1="\(across)" x2="\(across)" y1="0" y2="100%"/><line class="grid" x1="0" x2="100%" y1="\(down)" \
        y2="\(down)"/><text class="tick" x="\(across)" y="100%" dy="16" text-anchor="\(tick == 0 ? "end" : "middle")">\(label)</text>\
        <text class="tick" x="0" y="\(down)" dx="-6" dy="4" text-anchor="end">\(label)</text>

        """
    }
  }

  private func letter(_ place: Int) -> String { String(UnicodeScalar(UInt8(65 + place))) }

  private func point(_ index: Int, _ layer: LayerTraffic) -> Markup {
    let x = Quantity.percent(scale.position(layer.dramNanoseconds))
    let y = Quantity.percent(1 - scale.position(layer.arrayNanoseconds))
    let place = lettered.firstIndex(of: index)
    let radius = place == nil ? 4 : 9
    let shape: Markup =
      layer.bound == .compute
      ? "<circle class=\"compute dot\" r=\"\(radius)\">\(hint(layer))</circle>"
      : "<rect class=\"memory dot\" x=\"-\(radius)\" y=\"-\(radius)\" width=\"\(2 * radius)\" height=\"\(2 * radius)\">\(hint(layer))</rect>"
    let label: Markup = place.map { "<text class=\"letter\" y=\"4\" text-anchor=\"middle\">\(letter($0))</text>" } ?? ""
    return "<svg class=\"points\" x=\"\(x)\" y=\"\(y)\">\(shape)\(label)</svg>\n"
  }

  private func hint(_ layer: LayerTraffic) -> Markup {
    "<title>\(layer.plan.layer.name): array \(Quantity.time(nanoseconds: layer.arrayNanoseconds)), channel \(Quantity.time(nanoseconds: layer.dramNanoseconds))</title>"
  }

  private var key: Markup {
    let items = lettered.enumerated().map { place, index -> Markup in
      let layer = report.layers[index]
      return """
        <li><b>\(letter(place))</b>\(Markup.name(layer.plan.layer.name, number: index + 1))<span class="value">array \
        \(Quantity.time(nanoseconds: layer.arrayNanoseconds)), channel \(Quantity.time(nanoseconds: layer.dramNanoseconds))\
        </span></li>
        """
    }
    return "<ol class=\"key\">\(items)</ol>\n"
  }
}
