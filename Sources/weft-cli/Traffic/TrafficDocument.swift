import Loom
import Networks
import Traffic

/// What `weft traffic` prints.
struct TrafficDocument: Encodable {
  struct Operand: Encodable {
    var raw_bits: Int
    var payload_bits: Int
    var header_bits: Int
    var mask_bits: Int
    var index_bits: Int
    /// Bytes moved, rounded to bursts; 0 on chip.
    var burst_bytes: Int
    var on_chip: Bool
    /// Times that the operand is moved.
    var passes: Int
  }

  struct Row: Encodable {
    var name: String
    var type: String
    var weights: Operand
    var inputs: Operand
    var outputs: Operand
    var loop_order: String
    var raw_burst_bytes: Int
    var burst_bytes: Int
    var ratio: Double
    var dram_ns: Double
    var raw_dram_ns: Double
    var compute_ns: Double
    var transposer_cycles: Int
    var stall_ns: Double
    var time_ns: Double
    var energy_pj: Double
    var raw_energy_pj: Double
    var bound: String
  }

  struct Total: Encodable {
    var raw_burst_bytes: Int
    var burst_bytes: Int
    var ratio: Double
    var dram_ns: Double
    var raw_dram_ns: Double
    var compute_ns: Double
    var stall_ns: Double
    var time_ns: Double
    var frames_per_second: Double
    var energy_pj: Double
    var raw_energy_pj: Double
    var bound: String
    /// Bits of weights and activations under every scheme of `compare`.
    var schemes: [String: Double]
  }

  /// Mean and extremes over samples.
  struct Spread: Encodable {
    var mean: Double
    var minimum: Double
    var maximum: Double

    init(_ values: [Double]) {
      mean = values.reduce(0, +) / Double(values.count)
      minimum = values.min()!
      maximum = values.max()!
    }
  }

  var network: String
  var array: String
  var channel: String
  var offchip: String
  var activation_memory: Int
  var weight_memory: Int
  var batch: Int
  var samples: Int
  var layers: [Row]
  var total: Total
  /// Over the samples: bytes moved and time.
  var burst_bytes_over_samples: Spread
  var time_ns_over_samples: Spread

  init(
    _ reports: [TrafficReport], measured: MeasuredNetwork, _ options: TrafficOptions, totals: CompareReport.Total?
  ) {
    let report = reports[0]
    network = measured.graph.name
    array = options.array
    channel = "\(options.channel) \(options.width.rawValue)"
    offchip = options.scheme.name
    activation_memory = report.memory.activationBytes
    weight_memory = report.memory.weightBytes
    batch = report.memory.batch
    samples = reports.count
    layers = report.layers.map { Row($0, report.memory) }
    total = Total(report, schemes: totals?.schemes ?? [:])
    burst_bytes_over_samples = Spread(reports.map { Double($0.burstBytes) })
    time_ns_over_samples = Spread(reports.map(\.nanoseconds))
  }

  func text(isVerbose: Bool) -> String {
    var table = TextTable([
      "layer", "weights", "inputs", "outputs", "moved B", "raw B", "ratio", "DRAM us", "raw us", "array us", "bound",
      "loops",
    ])
    func cell(_ operand: Operand) -> String {
      operand.raw_bits == 0
        ? "-"
        : operand.on_chip ? "on chip" : "\(operand.burst_bytes)" + (operand.passes > 1 ? " (\(operand.passes)x)" : "")
    }
    for row in layers where isVerbose || row.burst_bytes > 0 || row.compute_ns > 0 {
      table.append([
        row.name, cell(row.weights), cell(row.inputs), cell(row.outputs), String(row.burst_bytes),
        String(row.raw_burst_bytes), row.raw_burst_bytes == 0 ? "-" : decimals(row.ratio),
        decimals(row.dram_ns / 1000, 1),
        decimals(row.raw_dram_ns / 1000, 1), decimals(row.compute_ns / 1000, 1), row.bound,
        row.loop_order == "whole" ? "" : row.loop_order,
      ])
    }
    var text = table.text
    text +=
      "\(network) on \(array) at 1 GHz, \(channel), off chip: \(offchip); activation memory \(activation_memory) B, weight memory \(weight_memory) B, batch \(batch)\n"
    text += "moved \(total.burst_bytes) B of \(total.raw_burst_bytes) B raw (\(decimals(total.ratio))), in bursts\n"
    text +=
      "DRAM \(decimals(total.dram_ns / 1000, 1)) us (raw \(decimals(total.raw_dram_ns / 1000, 1))), array \(decimals(total.compute_ns / 1000, 1)) us, together \(decimals(total.time_ns / 1000, 1)) us with \(decimals(total.stall_ns / 1000, 1)) us of waiting: \(decimals(total.frames_per_second, 1)) frames/s\n"
    text += "channel energy \(decimals(total.energy_pj / 1e6, 2)) uJ (raw \(decimals(total.raw_energy_pj / 1e6, 2)))\n"
    if samples > 1 {
      text +=
        "over \(samples) samples: moved \(decimals(burst_bytes_over_samples.mean, 0)) B on average, \(decimals(burst_bytes_over_samples.minimum, 0)) to \(decimals(burst_bytes_over_samples.maximum, 0)) B\n"
    }
    text += schemesText
    return text
  }

  /// All tensors under every scheme, the smallest first; what is smaller than Weft's storage form is marked.
  private var schemesText: String {
    guard let raw = total.schemes["raw"], raw > 0, let weft = total.schemes["weft"] else { return "" }
    let longest = 40.0
    var table = TextTable(["all tensors, bits", "bits", "of raw", ""])
    for (name, bits) in total.schemes.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
      let bar = String(repeating: "#", count: Int((bits / raw * longest).rounded()))
      let mark = name == "entropy0" ? " (floor)" : bits < weft ? " *" : ""
      table.append([name + mark, decimals(bits, 0), decimals(bits / raw), bar])
    }
    return table.text(leftColumns: [0, 3]) + "* smaller than weft\n"
  }

  var csv: String {
    var lines =
      "layer,type,loop_order,weights_burst_bytes,inputs_burst_bytes,outputs_burst_bytes,burst_bytes,raw_burst_bytes,dram_ns,raw_dram_ns,compute_ns,stall_ns,time_ns,energy_pj,bound\n"
    for row in layers {
      let cells: [String] = [
        CommaText.quoted(row.name), row.type, row.loop_order, "\(row.weights.burst_bytes)", "\(row.inputs.burst_bytes)",
        "\(row.outputs.burst_bytes)", "\(row.burst_bytes)", "\(row.raw_burst_bytes)", decimals(row.dram_ns),
        decimals(row.raw_dram_ns), decimals(row.compute_ns), decimals(row.stall_ns), decimals(row.time_ns),
        decimals(row.energy_pj), row.bound,
      ]
      lines += cells.joined(separator: ",") + "\n"
    }
    return lines
  }
}

extension TrafficDocument.Operand {
  init(_ operand: OperandTraffic) {
    raw_bits = operand.rawBits
    payload_bits = operand.payloadBits
    header_bits = operand.headerBits
    mask_bits = operand.maskBits
    index_bits = operand.indexBits
    burst_bytes = operand.burstBytes
    on_chip = operand.isOnChip
    passes = operand.passes
  }
}

extension TrafficDocument.Row {
  init(_ layer: LayerTraffic, _ memory: MemorySizes) {
    let plan = layer.plan
    let operands = layer.operands(burst: memory.burst)
    name = plan.layer.name
    type = plan.layer.type
    weights = TrafficDocument.Operand(operands.weights)
    inputs = TrafficDocument.Operand(operands.inputs)
    outputs = TrafficDocument.Operand(operands.outputs)
    loop_order = plan.loopOrder.rawValue
    raw_burst_bytes = layer.rawBurstBytes
    burst_bytes = layer.burstBytes
    ratio = layer.rawBurstBytes == 0 ? 1 : Double(layer.burstBytes) / Double(layer.rawBurstBytes)
    dram_ns = layer.dramNanoseconds
    raw_dram_ns = layer.rawDramNanoseconds
    compute_ns = layer.computeNanoseconds
    transposer_cycles = layer.transposerCycles
    stall_ns = layer.stallNanoseconds
    time_ns = layer.nanoseconds
    energy_pj = layer.energyPicojoules
    raw_energy_pj = layer.rawEnergyPicojoules
    bound = layer.bound.rawValue
  }
}

extension TrafficDocument.Total {
  init(_ report: TrafficReport, schemes: [String: Double]) {
    raw_burst_bytes = report.rawBurstBytes
    burst_bytes = report.burstBytes
    ratio = report.rawBurstBytes == 0 ? 1 : Double(report.burstBytes) / Double(report.rawBurstBytes)
    dram_ns = report.dramNanoseconds
    raw_dram_ns = report.rawDramNanoseconds
    compute_ns = report.computeNanoseconds
    stall_ns = report.stallNanoseconds
    time_ns = report.nanoseconds
    frames_per_second = report.framesPerSecond
    energy_pj = report.energyPicojoules
    raw_energy_pj = report.rawEnergyPicojoules
    bound = report.bound.rawValue
    self.schemes = schemes
  }
}
