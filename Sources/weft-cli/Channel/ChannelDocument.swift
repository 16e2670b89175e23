import LPDDR4

/// The report of `weft channel`. The keys of `interface.md` first; times in ns, energies in pJ, one channel or pair.
struct ChannelDocument: Encodable {
  struct Bank: Encodable {
    var activates, precharges, reads, writes, row_hits, row_misses, row_conflicts, refreshes: Int
  }

  struct Latency: Encodable {
    var count: Int
    var mean_ns, minimum_ns, p50_ns, p90_ns, p99_ns, p999_ns, maximum_ns: Double
  }

  var standard: String
  var channels: Int
  var bytes_per_request: Int
  var cycles: Int
  var time_ns: Double
  var reads, writes, read_bytes, write_bytes: Int
  var activates, precharges, refreshes: Int
  var row_hits, row_misses, row_conflicts: Int
  var bandwidth_gbps, peak_gbps, peak_fraction: Double
  var read_latency_ns_mean, read_latency_ns_p99: Double
  var write_latency_ns_mean, write_latency_ns_p99: Double
  var read_latency, write_latency: Latency
  var data_utilization, command_utilization, refresh_loss_fraction: Double
  var commands: [String: Int]
  var banks: [Bank]
  var state_clocks: [String: Int]
  var energy_pj: [String: Double]
  var energy_pj_per_bit: Double
  var energy_scope: String
  /// Pairs of clocks and requests; only when asked for.
  var read_latency_histogram, write_latency_histogram: [[Int]]?

  init(_ report: ChannelReport, standard: String, channels: Int, hasHistograms: Bool) {
    let clock = report.clockNanoseconds
    self.standard = standard
    self.channels = channels
    bytes_per_request = report.bytesPerBurst
    cycles = report.cycles
    time_ns = report.nanoseconds
    (reads, writes, read_bytes, write_bytes) = (report.reads, report.writes, report.readBytes, report.writeBytes)
    (activates, precharges, refreshes) = (report.activates, report.precharges, report.refreshes)
    (row_hits, row_misses, row_conflicts) = (report.rowHits, report.rowMisses, report.rowConflicts)
    bandwidth_gbps = report.gigabytesPerSecond
    peak_gbps = report.peakGigabytesPerSecond
    peak_fraction = report.peakFraction
    read_latency = ChannelDocument.latency(report.readLatency, clock)
    write_latency = ChannelDocument.latency(report.writeLatency, clock)
    (read_latency_ns_mean, read_latency_ns_p99) = (read_latency.mean_ns, read_latency.p99_ns)
    (write_latency_ns_mean, write_latency_ns_p99) = (write_latency.mean_ns, write_latency.p99_ns)
    let total = Double(max(1, report.cycles * channels))
    data_utilization = Double(report.dataClocks) / total
    command_utilization = Double(report.commandClocks) / total
    refresh_loss_fraction = Double(report.refreshLossClocks) / total
    commands = [:]
    for kind in CommandKind.allCases where report.count(kind) > 0 { commands["\(kind.name)"] = report.count(kind) }
    banks = report.banks.map {
      Bank(
        activates: $0.activates, precharges: $0.precharges, reads: $0.reads, writes: $0.writes, row_hits: $0.rowHits,
        row_misses: $0.rowMisses, row_conflicts: $0.rowConflicts, refreshes: $0.refreshes)
    }
    let states = report.stateClocks
    state_clocks = [
      "active": states.active, "precharged": states.precharged, "active_power_down": states.activePowerDown,
      "precharged_power_down": states.prechargedPowerDown, "self_refresh": states.selfRefresh,
    ]
    let energy = report.energy
    energy_pj = [
      "activate": energy.activate, "read": energy.read, "write": energy.write, "refresh": energy.refresh,
      "background": energy.background, "read_io": energy.readIO, "write_io": energy.writeIO, "core": energy.core,
      "io": energy.io, "total": energy.total,
    ]
    energy_pj_per_bit = report.picojoulesPerBit
    energy_scope = "DRAM side of the channel: VDD1, VDD2 and VDDQ; no controller, PHY or host pins"
    guard hasHistograms else { return }
    read_latency_histogram = report.readLatency.bins.map { [$0.clocks, $0.count] }
    write_latency_histogram = report.writeLatency.bins.map { [$0.clocks, $0.count] }
  }

  private static func latency(_ summary: LatencySummary, _ clock: Double) -> Latency {
    func time(_ share: Double) -> Double { Double(summary.percentile(share)) * clock }
    return Latency(
      count: summary.count, mean_ns: summary.meanClocks * clock, minimum_ns: Double(summary.smallestClocks) * clock,
      p50_ns: time(0.5), p90_ns: time(0.9), p99_ns: time(0.99), p999_ns: time(0.999),
      maximum_ns: Double(summary.largestClocks) * clock)
  }

  /// A few lines.
  var text: String {
    """
    \(standard): \(reads) reads, \(writes) writes of \(bytes_per_request) bytes
    cycles \(cycles), \(decimals(time_ns, 1)) ns, \(decimals(bandwidth_gbps)) GB/s, \
    \(decimals(100 * peak_fraction, 1)) % of \(decimals(peak_gbps)) GB/s
    activates \(activates), precharges \(precharges), refreshes \(refreshes)
    row hits \(row_hits), misses \(row_misses), conflicts \(row_conflicts)
    read latency mean \(decimals(read_latency_ns_mean, 1)) ns, 99 % \(decimals(read_latency_ns_p99, 1)) ns
    energy \(decimals(energy_pj["total"]!, 0)) pJ, \(decimals(energy_pj_per_bit)) pJ/bit \
    (core \(decimals(energy_pj["core"]!, 0)), IO \(decimals(energy_pj["io"]!, 0)))

    """
  }
}
