import Traffic

/// What a configuration gives: one line of the result.
struct SweepRow: Codable, Hashable, Sendable {
  var network: String
  var machine: String
  var scheme: String
  var channel: String
  var width: String
  var activation_memory: Int
  var weight_memory: Int
  var batch: Int
  var compute_cycles: Int
  var burst_bytes: Int
  var raw_burst_bytes: Int
  var dram_ns: Double
  var raw_dram_ns: Double
  var time_ns: Double
  var stall_ns: Double
  var frames_per_second: Double
  var energy_pj: Double
  var memory_bound_layers: Int
  var layers: Int

  init(_ point: SweepPoint, _ report: TrafficReport) {
    network = point.network
    machine = point.machine
    scheme = point.scheme
    channel = point.channel
    width = point.width
    activation_memory = report.memory.activationBytes
    weight_memory = report.memory.weightBytes
    batch = point.batch
    compute_cycles = report.computeCycles
    burst_bytes = report.burstBytes
    raw_burst_bytes = report.rawBurstBytes
    dram_ns = report.dramNanoseconds
    raw_dram_ns = report.rawDramNanoseconds
    time_ns = report.nanoseconds
    stall_ns = report.stallNanoseconds
    frames_per_second = report.framesPerSecond
    energy_pj = report.energyPicojoules
    memory_bound_layers = report.layers.count { $0.bound == .memory }
    layers = report.layers.count
  }

  static let header =
    "network,machine,scheme,channel,width,activation_memory,weight_memory,batch,compute_cycles,burst_bytes,raw_burst_bytes,dram_ns,raw_dram_ns,time_ns,stall_ns,frames_per_second,energy_pj,memory_bound_layers,layers\n"

  var csv: String {
    let cells: [String] = [
      CommaText.quoted(network), machine, scheme, channel, width, "\(activation_memory)", "\(weight_memory)",
      "\(batch)", "\(compute_cycles)", "\(burst_bytes)", "\(raw_burst_bytes)", decimals(dram_ns), decimals(raw_dram_ns),
      decimals(time_ns), decimals(stall_ns), decimals(frames_per_second), decimals(energy_pj),
      "\(memory_bound_layers)", "\(layers)",
    ]
    return cells.joined(separator: ",") + "\n"
  }
}
