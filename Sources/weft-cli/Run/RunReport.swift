import Loom
import Networks

/// What `weft run` prints.
struct RunReport: Encodable {
  struct Row: Encodable {
    var name: String
    var type: String
    var macs: Int
    var cycles: Int
    var dpnn_cycles: Int
    var speedup: Double
    var utilization: Double
    var accumulators_checked: Int
    var accumulator_mismatches: Int
    var output_mismatches: Int
    var outputs_checked: Int
    var checked_against: String?
    /// Rows x columns that the layer ran on, and its cycles on the array's own.
    var geometry: String
    var fixed_cycles: Int
    var steps: Int
    var activation_bits: Double
    var weight_bits: Double
    var idle_rows: Int
    var idle_columns: Int
    var idle_lanes: Int
    var transposer_cycles: Int
    var transposer_stalls: Int
    var weight_loads: Int
    var weight_bus_bits: Int
    var activation_rows: Int
    var weight_rows: Int
    var bit_products: Int
    /// What the register executor counted itself.
    var simulated_cycles: Int?
  }

  var array: String
  var conventions: String
  var executor: String
  var kernel: String
  var precision: String
  var trim: String
  var mapping: String
  var sample: String
  var layers: [Row]
  var cycles: Int
  var fixed_cycles: Int
  var dpnn_cycles: Int
  var speedup: Double
  var macs: Int
  var bit_products: Int
  var accumulators_checked: Int
  var accumulator_mismatches: Int
  var output_mismatches: Int
  var outputs_checked: Int
  /// Layers whose results nothing was compared with.
  var unchecked: [String]
  var wall_seconds: Double
  var macs_per_second: Double
  private(set) var extremeMismatches = 0
  private(set) var firstMismatch: String?

  enum CodingKeys: String, CodingKey {
    case array, conventions, executor, kernel, precision, trim, mapping, sample, layers, cycles, fixed_cycles
    case dpnn_cycles, speedup, macs, bit_products, accumulators_checked, accumulator_mismatches, output_mismatches
    case outputs_checked, unchecked, wall_seconds, macs_per_second
  }

  init(
    array: String, options: RunOptions, sample: String, layers runs: [LayerRun], checks: [String: LayerCheck]?,
    leftOut: [String], seconds: Double, kernel: String
  ) {
    self.array = array
    self.sample = sample
    self.kernel = kernel
    conventions = options.timing.conventions.rawValue
    executor = options.executor.rawValue
    precision = options.timing.precision.rawValue
    trim = options.trims ? "profile" : "none"
    mapping = options.mapping.rawValue
    layers = runs.map { Row($0, check: checks?[$0.layer.name]) }
    cycles = layers.reduce(0) { $0 + $1.cycles }
    fixed_cycles = layers.reduce(0) { $0 + $1.fixed_cycles }
    dpnn_cycles = layers.reduce(0) { $0 + $1.dpnn_cycles }
    speedup = cycles == 0 ? 1 : Double(dpnn_cycles) / Double(cycles)
    macs = layers.reduce(0) { $0 + $1.macs }
    bit_products = layers.reduce(0) { $0 + $1.bit_products }
    accumulators_checked = layers.reduce(0) { $0 + $1.accumulators_checked }
    accumulator_mismatches = layers.reduce(0) { $0 + $1.accumulator_mismatches }
    output_mismatches = layers.reduce(0) { $0 + $1.output_mismatches }
    outputs_checked = layers.reduce(0) { $0 + $1.outputs_checked }
    unchecked = checks == nil ? runs.map(\.layer.name) + leftOut : leftOut
    wall_seconds = seconds
    macs_per_second = seconds > 0 ? Double(macs) / seconds : 0
    for run in runs {
      guard let check = checks?[run.layer.name] else { continue }
      if check.hasExtremeMismatch { extremeMismatches += 1 }
      if firstMismatch == nil, let text = check.firstMismatch { firstMismatch = "layer '\(run.layer.name)': \(text)" }
    }
  }

  /// Results that differ from what they should be.
  var failed: Int { accumulator_mismatches + output_mismatches + extremeMismatches }

  func text(isVerbose: Bool) -> String {
    var columns = ["layer", "type", "MACs", "cycles", "DPNN", "speed-up", "used %", "Pa", "Pw"]
    if mapping != RunOptions.Mapping.fixed.rawValue { columns.append("geometry") }
    if isVerbose { columns += ["idle rows", "idle columns", "idle lanes", "AM rows", "WM rows", "WR loads", "stalls"] }
    columns += ["checked", "wrong"]
    var table = TextTable(columns)
    for row in layers where row.macs > 0 || isVerbose {
      var cells = [
        row.name, row.type, String(row.macs), String(row.cycles), String(row.dpnn_cycles), decimals(row.speedup, 2),
        decimals(100 * row.utilization, 1), decimals(row.activation_bits, 2), decimals(row.weight_bits, 2),
      ]
      if mapping != RunOptions.Mapping.fixed.rawValue { cells.append(row.geometry) }
      if isVerbose {
        cells += [
          row.idle_rows, row.idle_columns, row.idle_lanes, row.activation_rows, row.weight_rows, row.weight_loads,
          row.transposer_stalls,
        ].map { String($0) }
      }
      cells += [
        String(row.accumulators_checked + row.outputs_checked),
        String(row.accumulator_mismatches + row.output_mismatches),
      ]
      table.append(cells)
    }
    var lines = table.text
    lines +=
      "\(array), \(conventions) conventions, sample \(sample): \(cycles) cycles, DPNN \(dpnn_cycles), speed-up \(decimals(speedup, 3))"
    if fixed_cycles != cycles { lines += "; \(fixed_cycles) cycles without --mapping best" }
    lines += "\n"
    if accumulators_checked + outputs_checked > 0 {
      lines += "\(accumulators_checked) sums and \(outputs_checked) outputs checked, \(failed) differ\n"
    }
    if !unchecked.isEmpty, accumulators_checked + outputs_checked > 0 {
      lines += "not checked: \(unchecked.joined(separator: ", "))\n"
    }
    return lines
  }
}

extension RunReport.Row {
  init(_ run: LayerRun, check: LayerCheck?) {
    let timing = run.timing
    name = run.layer.name
    type = run.layer.operation.name
    macs = run.multiplications
    cycles = timing.cycles
    fixed_cycles = run.fixedCycles
    dpnn_cycles = run.baselineCycles
    speedup = timing.cycles == 0 ? 1 : Double(run.baselineCycles) / Double(timing.cycles)
    utilization = timing.utilization
    accumulators_checked = check?.accumulatorsChecked ?? 0
    accumulator_mismatches = check?.accumulatorMismatches ?? 0
    output_mismatches = check?.outputMismatches ?? 0
    outputs_checked = check?.outputsChecked ?? 0
    checked_against = (check?.accumulatorsAgainst ?? check?.outputsAgainst)?.rawValue
    geometry = "\(timing.machine.geometry.rows)x\(timing.machine.geometry.columns)"
    steps = timing.steps
    activation_bits = timing.activationBits
    weight_bits = timing.weightBits
    idle_rows = timing.idleRows
    idle_columns = timing.idleColumns
    idle_lanes = timing.idleLanes
    transposer_cycles = timing.transposerCycles
    transposer_stalls = timing.transposerStalls
    weight_loads = timing.weightLoads
    weight_bus_bits = timing.weightBusBits
    activation_rows = timing.activationRows
    weight_rows = timing.weightRows
    bit_products = timing.bitProducts
    simulated_cycles = run.simulatedCycles
  }
}
