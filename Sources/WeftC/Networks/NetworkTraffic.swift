import CWeft
import LPDDR4
import Loom
import Networks
import Traffic
import Weft

@c @implementation
public func weft_network_traffic(
  _ network: OpaquePointer!, _ input: UnsafeRawPointer!, _ input_bytes: Int,
  _ layers: UnsafeMutablePointer<weft_layer_traffic>!, _ capacity: Int,
  _ total: UnsafeMutablePointer<weft_layer_traffic>!, _ run_options: UnsafePointer<weft_run_options>!,
  _ options: UnsafePointer<weft_traffic_options>!, _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answering(problem) {
    let handle = try NetworkHandle.of(network)
    let run = try CStruct.read(run_options, over: .initial)
    let given = try CStruct.read(options, over: .initial)
    let places = Dictionary(
      handle.graph.layers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = layers == nil ? nil : try CRows(layers, capacity, needed: handle.graph.layers.count)
    let (opened, sample) = try handle.opened(input: input, input_bytes)
    let machine = try run.machine()
    let asked = try given.asked(of: machine)
    let measured = try MeasuredNetwork(
      opened.graph, machine: machine, sample: sample, options: try run.runOptions(), source: opened.source,
      kernel: .best)
    let report = try TrafficReport(
      try measured.traffic(asked.scheme, groupSize: asked.groupSize, kernel: .best), options: asked.options)
    for (place, layer) in report.layers.enumerated() {
      rows?.fill(
        place, with: weft_layer_traffic(layer, burst: report.memory.burst, place: places[layer.plan.layer.name]))
    }
    if total != nil { try CStruct.fill(total, with: weft_layer_traffic(report)) }
    return Int64(report.layers.count)
  }
}

extension weft_traffic_options {
  /// WEFT_TRAFFIC_OPTIONS_INIT, which Swift does not see.
  static var initial: weft_traffic_options {
    var options = weft_traffic_options()
    options.size = MemoryLayout<weft_traffic_options>.size
    options.speed = 4267
    options.activation_memory = -1
    options.weight_memory = 512 << 10
    options.group_size = 16
    options.batch = 1
    options.density = 8
    return options
  }

  /// Memories and channel for a machine. Throws `INVALID_ARGUMENT`.
  fileprivate func asked(of machine: Machine) throws -> (
    scheme: OffchipScheme, groupSize: PackingRequest.GroupSizeChoice, options: TrafficReport.Options
  ) {
    let name = offchip == nil ? "array" : try CText.read(offchip)
    guard let scheme = OffchipScheme(name) else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "there is no off-chip form '\(name)'")
    }
    guard let grade = SpeedGrade(rawValue: Int(speed)) else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "there is no speed \(speed)")
    }
    guard let gigabits = Density(rawValue: Int(density)), reserved == 0 else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "there is no density \(density)")
    }
    let limit: Int64 = 1 << 40
    let activations = activation_memory < 0 ? machine.usualActivationMemory : Int(activation_memory)
    guard activations <= limit, (1...limit).contains(weight_memory), (1...65_536).contains(batch) else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "memories have 1 to 2^40 bytes, batches 1 to 65536 images")
    }
    let standard = try Standard.lpddr4(grade, density: gigabits)
    return (
      scheme, group_size == 0 ? .auto : .fixed(try GroupSize(c: group_size)),
      TrafficReport.Options(
        memory: MemorySizes(
          activationBytes: activations, weightBytes: Int(weight_memory), batch: Int(batch),
          burst: standard.organization.bytesPerBurst),
        width: is_x32 != 0 ? .x32 : .x16, channel: ChannelConfiguration(standard: standard),
        hasTransposer: scheme.hasTransposer)
    )
  }
}

extension weft_layer_traffic {
  fileprivate init(_ layer: LayerTraffic, burst: Int, place: Int?) {
    self.init()
    self.layer = Int64(place ?? -1)
    let operands = layer.operands(burst: burst)
    weights = weft_operand_traffic(operands.weights)
    inputs = weft_operand_traffic(operands.inputs)
    outputs = weft_operand_traffic(operands.outputs)
    raw_burst_bytes = Int64(layer.rawBurstBytes)
    burst_bytes = Int64(layer.burstBytes)
    dram_ns = layer.dramNanoseconds
    raw_dram_ns = layer.rawDramNanoseconds
    compute_ns = layer.computeNanoseconds
    time_ns = layer.nanoseconds
    energy_pj = layer.energyPicojoules
    raw_energy_pj = layer.rawEnergyPicojoules
    is_memory_bound = layer.bound == .memory ? 1 : 0
  }

  /// The whole network; its operands are those of all layers.
  fileprivate init(_ report: TrafficReport) {
    self.init()
    layer = -1
    for each in report.layers {
      let operands = each.operands(burst: report.memory.burst)
      weights.add(operands.weights)
      inputs.add(operands.inputs)
      outputs.add(operands.outputs)
    }
    raw_burst_bytes = Int64(report.rawBurstBytes)
    burst_bytes = Int64(report.burstBytes)
    dram_ns = report.dramNanoseconds
    raw_dram_ns = report.rawDramNanoseconds
    compute_ns = report.computeNanoseconds
    time_ns = report.nanoseconds
    energy_pj = report.energyPicojoules
    raw_energy_pj = report.rawEnergyPicojoules
    is_memory_bound = report.bound == .memory ? 1 : 0
  }
}

extension weft_operand_traffic {
  fileprivate init(_ operand: OperandTraffic) {
    self.init()
    add(operand)
    on_chip = operand.isOnChip ? 1 : 0
    passes = Int32(clamping: operand.passes)
  }

  fileprivate mutating func add(_ operand: OperandTraffic) {
    raw_bits += Int64(operand.rawBits)
    payload_bits += Int64(operand.payloadBits)
    header_bits += Int64(operand.headerBits)
    mask_bits += Int64(operand.maskBits)
    burst_bytes += Int64(operand.burstBytes)
  }
}
