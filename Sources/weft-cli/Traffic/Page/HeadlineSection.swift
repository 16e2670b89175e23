/// What was asked and what came of it, in large print.
struct HeadlineSection {
  var document: TrafficDocument

  var markup: Markup {
    """
    <header>
    <p class="kicker">What a network moves on and off chip</p>
    <h1>\(document.network)</h1>
    <ul class="facts">\(facts)</ul>
    </header>
    <section class="cards" aria-label="Headline numbers">
    \(cards)</section>

    """
  }

  private var facts: [Markup] {
    let facts = [
      ("array", "\(document.array) at 1 GHz"), ("channel", document.channel), ("off chip", document.offchip),
      ("activation memory", Quantity.memory(document.activation_memory)),
      ("weight memory", Quantity.memory(document.weight_memory)), ("batch", "\(document.batch)"),
      ("layers", "\(document.layers.count)"), ("samples", "\(document.samples)"),
    ]
    return facts.map { "<li><span>\($0)</span> \($1)</li>" }
  }

  private var cards: [Markup] {
    let total = document.total
    let spread = document.burst_bytes_over_samples
    return [
      card(
        "Bytes moved", Quantity.bytes(total.burst_bytes), "of \(Quantity.bytes(total.raw_burst_bytes)) raw",
        part: (Double(total.burst_bytes), Double(total.raw_burst_bytes))),
      card("Ratio to raw", decimals(total.ratio), saving),
      card(
        "Frames a second", Quantity.count(total.frames_per_second),
        "\(Quantity.time(nanoseconds: total.time_ns)) a batch of \(document.batch)"),
      card(
        "DRAM time", Quantity.time(nanoseconds: total.dram_ns),
        "of \(Quantity.time(nanoseconds: total.raw_dram_ns)) raw", part: (total.dram_ns, total.raw_dram_ns)),
      card(
        "Array time", Quantity.time(nanoseconds: total.compute_ns),
        "and \(Quantity.time(nanoseconds: total.stall_ns)) of waiting; \(total.bound) bounds the whole"),
      card(
        "Channel energy", Quantity.energy(picojoules: total.energy_pj),
        "of \(Quantity.energy(picojoules: total.raw_energy_pj)) raw", part: (total.energy_pj, total.raw_energy_pj)),
    ]
      + (document.samples < 2
        ? []
        : [
          card(
            "Over \(document.samples) samples", Quantity.bytes(spread.mean),
            "moved on average, \(Quantity.bytes(spread.minimum)) to \(Quantity.bytes(spread.maximum)); all else on this page is of the first"
          )
        ])
  }

  private var saving: String {
    let total = document.total
    guard total.raw_burst_bytes > 0 else { return "nothing is moved, raw or not" }
    let difference = 100 * (1 - total.ratio)
    return difference < 0 ? "\(decimals(-difference, 1)) % more than raw" : "\(decimals(difference, 1)) % less than raw"
  }

  /// `part`: a length of the raw one, drawn below.
  private func card(_ title: String, _ value: String, _ note: String, part: (Double, Double)? = nil) -> Markup {
    let bar: Markup =
      part.map { part, whole in
        """
        <svg class="gauge" width="100%" height="6" aria-hidden="true"><rect class="empty" width="100%" height="6" rx="3"/>\
        <rect class="weft" width="\(Quantity.percent(part, of: whole))" height="6" rx="3"/></svg>
        """
      } ?? ""
    return "<div class=\"card\"><h2>\(title)</h2><p class=\"big\">\(value)</p><p>\(note)</p>\(bar)</div>\n"
  }
}
