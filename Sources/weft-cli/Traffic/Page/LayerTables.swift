import Loom

/// Every figure of every layer: traffic and time, and the operands bit by bit.
struct LayerTables {
  var document: TrafficDocument
  var runs: [LayerRun]

  var markup: Markup { "\(layers.markup)\(operands.markup)" }

  private var layers: PageTable {
    var table = PageTable(
      id: "layers", title: "Every layer",
      caption:
        "Bytes are what the channel moves, in bursts; energy is the channel's, shared out by bytes. Cycles are for one image.",
      columns: [
        .init(title: "layer", isText: true), .init(title: "type", isText: true), .init(title: "loops", isText: true),
        .init(title: "weights", unit: "B"), .init(title: "inputs", unit: "B"), .init(title: "outputs", unit: "B"),
        .init(title: "moved", unit: "B"), .init(title: "raw", unit: "B"), .init(title: "ratio"),
        .init(title: "DRAM", unit: "ns"), .init(title: "DRAM raw", unit: "ns"), .init(title: "array", unit: "ns"),
        .init(title: "transposer", unit: "cycles"), .init(title: "waiting", unit: "ns"),
        .init(title: "time", unit: "ns"),
        .init(title: "energy", unit: "pJ"), .init(title: "energy raw", unit: "pJ"), .init(title: "bound", isText: true),
        .init(title: "array", unit: "cycles"), .init(title: "DPNN", unit: "cycles"),
      ])
    for (index, row) in document.layers.enumerated() {
      table.rows.append([
        Markup.name(row.name, number: index + 1), "\(row.type)", "\(row.loop_order)",
        PageTable.number(row.weights.burst_bytes), PageTable.number(row.inputs.burst_bytes),
        PageTable.number(row.outputs.burst_bytes), PageTable.number(row.burst_bytes),
        PageTable.number(row.raw_burst_bytes),
        PageTable.number(row.ratio, 3), PageTable.number(row.dram_ns), PageTable.number(row.raw_dram_ns),
        PageTable.number(row.compute_ns), PageTable.number(row.transposer_cycles), PageTable.number(row.stall_ns),
        PageTable.number(row.time_ns), PageTable.number(row.energy_pj, 0), PageTable.number(row.raw_energy_pj, 0),
        "\(row.bound)", PageTable.number(runs[index].timing.cycles), PageTable.number(runs[index].baselineCycles),
      ])
    }
    table.total = total
    return table
  }

  private var total: [Markup] {
    let total = document.total
    func sum(_ operand: KeyPath<TrafficDocument.Row, TrafficDocument.Operand>) -> Markup {
      PageTable.number(document.layers.reduce(0) { $0 + $1[keyPath: operand].burst_bytes })
    }
    return [
      "all", "", "", sum(\.weights), sum(\.inputs), sum(\.outputs),
      PageTable.number(total.burst_bytes, id: "total-burst_bytes"),
      PageTable.number(total.raw_burst_bytes, id: "total-raw_burst_bytes"),
      PageTable.number(total.ratio, 3, id: "total-ratio"), PageTable.number(total.dram_ns, id: "total-dram_ns"),
      PageTable.number(total.raw_dram_ns, id: "total-raw_dram_ns"),
      PageTable.number(total.compute_ns, id: "total-compute_ns"),
      PageTable.number(document.layers.reduce(0) { $0 + $1.transposer_cycles }),
      PageTable.number(total.stall_ns, id: "total-stall_ns"), PageTable.number(total.time_ns, id: "total-time_ns"),
      PageTable.number(total.energy_pj, 0, id: "total-energy_pj"),
      PageTable.number(total.raw_energy_pj, 0, id: "total-raw_energy_pj"), "\(total.bound)",
      PageTable.number(runs.reduce(0) { $0 + $1.timing.cycles }),
      PageTable.number(runs.reduce(0) { $0 + $1.baselineCycles }),
    ]
  }

  private var operands: PageTable {
    var table = PageTable(
      id: "sections", title: "Every operand, bit by bit",
      caption:
        "Bits of one pass before rounding; bytes are rounded to bursts and count every pass. The index finds a piece without reading the rest and is not moved.",
      columns: [
        .init(title: "layer", isText: true), .init(title: "operand", isText: true), .init(title: "raw", unit: "bits"),
        .init(title: "payload", unit: "bits"), .init(title: "headers", unit: "bits"),
        .init(title: "mask", unit: "bits"),
        .init(title: "index", unit: "bits"), .init(title: "passes"), .init(title: "moved", unit: "B"),
        .init(title: "place", isText: true),
      ])
    for (index, row) in document.layers.enumerated() {
      for (kind, operand) in [("weights", row.weights), ("inputs", row.inputs), ("outputs", row.outputs)]
      where operand.passes > 0 {
        table.rows.append([
          Markup.name(row.name, number: index + 1), "\(kind)", PageTable.number(operand.raw_bits),
          PageTable.number(operand.payload_bits), PageTable.number(operand.header_bits),
          PageTable.number(operand.mask_bits), PageTable.number(operand.index_bits), PageTable.number(operand.passes),
          PageTable.number(operand.burst_bytes), "\(operand.on_chip ? "on chip" : "off chip")",
        ])
      }
    }
    return table
  }
}
