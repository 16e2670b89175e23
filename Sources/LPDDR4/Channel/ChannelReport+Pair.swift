extension ChannelReport {
  /// This report and that of a channel beside it over the same time: counts, peaks and energies add up, banks follow
  /// each other.
  public func beside(_ other: ChannelReport) -> ChannelReport {
    var sum = self
    sum.cycles = max(cycles, other.cycles)
    sum.peakGigabytesPerSecond += other.peakGigabytesPerSecond
    for index in commandCounts.indices { sum.commandCounts[index] += other.commandCounts[index] }
    sum.banks += other.banks
    sum.stateClocks.active += other.stateClocks.active
    sum.stateClocks.precharged += other.stateClocks.precharged
    sum.stateClocks.activePowerDown += other.stateClocks.activePowerDown
    sum.stateClocks.prechargedPowerDown += other.stateClocks.prechargedPowerDown
    sum.stateClocks.selfRefresh += other.stateClocks.selfRefresh
    sum.readLatency = readLatency.joined(with: other.readLatency)
    sum.writeLatency = writeLatency.joined(with: other.writeLatency)
    sum.refreshLossClocks += other.refreshLossClocks
    sum.dataClocks += other.dataClocks
    sum.commandClocks += other.commandClocks
    sum.energy = energy + other.energy
    return sum
  }
}

extension LatencySummary {
  /// All latencies of both.
  func joined(with other: LatencySummary) -> LatencySummary {
    var merged: [Bin] = []
    for bin in (bins + other.bins).sorted(by: { $0.clocks < $1.clocks }) {
      if merged.last?.clocks == bin.clocks {
        merged[merged.count - 1].count += bin.count
      } else {
        merged.append(bin)
      }
    }
    let smallest: Int =
      count == 0
      ? other.smallestClocks : other.count == 0 ? smallestClocks : min(smallestClocks, other.smallestClocks)
    return LatencySummary(
      count: count + other.count, sumClocks: sumClocks + other.sumClocks, smallestClocks: smallest,
      largestClocks: max(largestClocks, other.largestClocks), bins: merged)
  }
}
