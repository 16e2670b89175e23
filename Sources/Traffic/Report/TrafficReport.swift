import LPDDR4

/// The traffic of a network on one machine, one channel and one off-chip form.
public struct TrafficReport: Sendable {
  public var network: String
  public var layers: [LayerTraffic]
  public var memory: MemorySizes
  public var channel: ChannelTime
  public var rawChannel: ChannelTime

  /// What is asked.
  public struct Options: Hashable, Sendable {
    public var memory: MemorySizes
    public var width: ChannelTime.Width
    public var channel: ChannelConfiguration
    /// Clock of the array in GHz (Sharify et al., DAC 2018: 1).
    public var gigahertz: Double
    /// Tensors lie in a storage form: a decompressor and transposer stand between memory and array.
    public var hasTransposer: Bool

    public init(
      memory: MemorySizes, width: ChannelTime.Width = .x16, channel: ChannelConfiguration = ChannelConfiguration(),
      gigahertz: Double = 1, hasTransposer: Bool = false
    ) {
      self.memory = memory
      self.width = width
      self.channel = channel
      self.gigahertz = gigahertz
      self.hasTransposer = hasTransposer
    }
  }

  /// Values that the transposer at the memory controller takes a cycle (Model).
  public static let transposerValuesPerCycle = 16

  /// Plans the network, runs its transfers on the channel, and the raw ones beside them. Throws `TrafficError` and
  /// `StandardError`.
  public init(_ network: TrafficNetwork, options: Options) throws {
    self.network = network.name
    memory = options.memory
    let channelBytes =
      options.channel.standard.organization.byteCount * (options.width == .x32 ? 2 : 1)
    func time(_ plan: ResidencyPlan) throws -> (TransferSequence, ChannelTime) {
      let sequence = try TransferSequence(plan, channelBytes: channelBytes)
      return (sequence, try ChannelTime(sequence, width: options.width, configuration: options.channel))
    }
    let plan = ResidencyPlan(network, memory: options.memory, isRaw: false)
    let (sequence, channel) = try time(plan)
    let rawPlan = ResidencyPlan(network, memory: options.memory, isRaw: true)
    let (rawSequence, rawChannel) = try time(rawPlan)
    self.channel = channel
    self.rawChannel = rawChannel
    let cycle = 1 / options.gigahertz
    layers = plan.layers.enumerated().map { index, plan in
      let moved = plan.moves.filter { !$0.isOnChip }.reduce(0) { values, move in
        let tensor = network.activations[move.tensor] ?? plan.layer.weights
        return values + move.passes * (tensor?.valueCount ?? 0)
      }
      let bytes = sequence.bytesOfLayer[index]
      let rawBytes = rawSequence.bytesOfLayer[index]
      let clocks = channel.cycles(ofLayer: index)
      let rawClocks = rawChannel.cycles(ofLayer: index)
      return LayerTraffic(
        plan: plan, rawPlan: rawPlan.layers[index], burstBytes: bytes, rawBurstBytes: rawBytes, dramClocks: clocks,
        rawDramClocks: rawClocks,
        dramNanoseconds: Double(clocks) * channel.clockNanoseconds,
        rawDramNanoseconds: Double(rawClocks) * rawChannel.clockNanoseconds,
        computeCycles: plan.layer.computeCycles * options.memory.batch,
        transposerCycles: options.hasTransposer
          ? (moved + TrafficReport.transposerValuesPerCycle - 1) / TrafficReport.transposerValuesPerCycle : 0,
        computeNanoseconds: Double(plan.layer.computeCycles * options.memory.batch) * cycle,
        energyPicojoules: TrafficReport.share(channel.report.energy.total, bytes, sequence.bytesOfLayer),
        rawEnergyPicojoules: TrafficReport.share(rawChannel.report.energy.total, rawBytes, rawSequence.bytesOfLayer),
        nanosecondsPerCycle: cycle)
    }
  }

  /// The channel's energy goes to layers by the bytes they move.
  private static func share(_ energy: Double, _ bytes: Int, _ all: [Int]) -> Double {
    let total = all.reduce(0, +)
    return total == 0 ? 0 : energy * Double(bytes) / Double(total)
  }

  public var burstBytes: Int { layers.reduce(0) { $0 + $1.burstBytes } }
  public var rawBurstBytes: Int { layers.reduce(0) { $0 + $1.rawBurstBytes } }
  public var computeCycles: Int { layers.reduce(0) { $0 + $1.computeCycles } }
  public var computeNanoseconds: Double { layers.reduce(0) { $0 + $1.computeNanoseconds } }
  public var dramNanoseconds: Double { Double(channel.cycles) * channel.clockNanoseconds }
  public var rawDramNanoseconds: Double { Double(rawChannel.cycles) * rawChannel.clockNanoseconds }
  /// Layers follow one another; in each, compute and memory overlap.
  public var nanoseconds: Double { layers.reduce(0) { $0 + $1.nanoseconds } }
  public var stallNanoseconds: Double { layers.reduce(0) { $0 + $1.stallNanoseconds } }
  public var energyPicojoules: Double { channel.report.energy.total }
  public var rawEnergyPicojoules: Double { rawChannel.report.energy.total }
  /// Images a second.
  public var framesPerSecond: Double { nanoseconds == 0 ? 0 : 1e9 * Double(memory.batch) / nanoseconds }
  /// What the whole network waits for.
  public var bound: LayerTraffic.Bound { dramNanoseconds > computeNanoseconds ? .memory : .compute }
}
