import ArgumentParser
import LPDDR4
import Loom
import Networks
import Traffic
import Weft

/// What traffic is asked about: the options of `traffic`, `trace` and `demo`.
struct TrafficOptions: ParsableArguments {
  @Option(help: "The array; as in `weft run`.")
  var array = "loom-1b"

  @Option(help: "lpddr4-1600, -2133, -2667, -3200, -3733 or -4267.")
  var channel = "lpddr4-4267"

  @Option(help: "One x16 channel, or two side by side (x32).")
  var width = ChannelTime.Width.x16

  @Option(help: "Bytes of the activation memory. Default: 1 MiB for Loom, 2 MiB for the others.")
  var activationMemory: Int?

  @Option(help: "Bytes of the weight memory.")
  var weightMemory = 512 << 10

  @Option(
    help: """
      How tensors lie off chip: array (streamed straight in), storage (best form, behind a decompressor and \
      transposer), raw, or layer, dpred16, shapeshifter16, zvc, zero_rle, zstd_3, zstd_19, planes_zstd_3.
      """)
  var offchip = "array"

  @Option(help: "Lanes that share one precision: auto, 8, 16, 32, 64, 128 or 256.")
  var groupSize = "16"

  @Option(help: "Images that go through a layer together.")
  var batch = 1

  @Option(help: "Samples of a folder to average over.")
  var samples = 1

  @Option(name: .customLong("input"), help: "The network's input: one array.")
  var given: String?

  @Option(help: "A precision profile (CSV, one line a layer) to lay over the graph.")
  var profile: String?

  @Option(help: "Round operands before packing: none or profile. Lossy.")
  var trim = RunCommand.Trim.none

  @Option(help: "Geometry of each layer: the array's, or the best of as many units.")
  var mapping = RunOptions.Mapping.fixed

  func validate() throws {
    guard Machine(array) != nil else {
      throw ValidationError("--array '\(array)' is no machine: see `weft run --help`")
    }
    guard grade != nil else {
      throw ValidationError("--channel is lpddr4-1600, -2133, -2667, -3200, -3733 or -4267, not '\(channel)'")
    }
    guard OffchipScheme(offchip) != nil else {
      throw ValidationError(
        "--offchip is array, storage, raw, \(OffchipScheme.others.joined(separator: ", ")), not '\(offchip)'")
    }
    guard groupSize == "auto" || Int(groupSize).flatMap({ GroupSize(laneCount: $0) }) != nil else {
      throw ValidationError("--group-size is auto, 8, 16, 32, 64, 128 or 256, not '\(groupSize)'")
    }
    let limit = 1 << 40
    guard (0...limit).contains(activationMemory ?? 0), (1...limit).contains(weightMemory) else {
      throw ValidationError("memories have 0 (activations) or 1 (weights) to 2^40 bytes")
    }
    guard (1...65_536).contains(batch), samples >= 1 else {
      throw ValidationError("--batch is 1...65536 and --samples 1 or more")
    }
  }

  var scheme: OffchipScheme { OffchipScheme(offchip)! }

  var groupSizeChoice: PackingRequest.GroupSizeChoice {
    Int(groupSize).flatMap { GroupSize(laneCount: $0) }.map { .fixed($0) } ?? .auto
  }

  private var grade: SpeedGrade? {
    guard channel.hasPrefix("lpddr4-"), let rate = Int(channel.dropFirst("lpddr4-".count)) else { return nil }
    return SpeedGrade(rawValue: rate)
  }

  /// Runs the network, sample by sample.
  func measure(_ input: String, kernel: Kernel, threads: Int) throws -> [MeasuredNetwork] {
    let network = try RunnableInput(input, samples: samples, input: given, profile: profile, kernel: kernel)
    let names = network.graph.samples.map(\.name).prefix(samples)
    guard !names.isEmpty else {
      throw NetworkError(.missing, "there are no activations: give an input with --input F.npy")
    }
    let runOptions = RunOptions(
      timing: TimingOptions(trims: trim == .profile), mapping: mapping, threads: threads)
    return try names.map {
      try MeasuredNetwork(
        network.graph, machine: Machine(array)!, sample: $0, options: runOptions, source: network.source, kernel: kernel
      )
    }
  }

  /// Memories and channel of a machine.
  func options(for machine: Machine) throws -> TrafficReport.Options {
    let standard = try Standard.lpddr4(grade!)
    let bytes = activationMemory ?? machine.usualActivationMemory
    return TrafficReport.Options(
      memory: MemorySizes(
        activationBytes: bytes, weightBytes: weightMemory, batch: batch,
        burst: standard.organization.bytesPerBurst),
      width: width, channel: ChannelConfiguration(standard: standard), hasTransposer: scheme.hasTransposer)
  }
}

extension ChannelTime.Width: ExpressibleByArgument {}

extension MeasuredNetwork {
  /// Weights and activations, as `weft compare` sees them.
  func comparedItems() throws -> [ComparedItem] {
    var items: [ComparedItem] = []
    var taken: Set<String> = []
    for run in runs {
      if run.layer.operation.multiplies, let name = run.layer.weights?.array, let tensor = tensor(name),
        taken.insert(name).inserted
      {
        items.append(ComparedItem(array: .tensor(tensor), kind: .weights))
      }
    }
    for run in runs {
      for name in run.layer.inputs + [run.layer.output] {
        if let tensor = tensor(name), taken.insert(name).inserted {
          items.append(ComparedItem(array: .tensor(tensor), kind: .activations))
        }
      }
    }
    return items
  }
}
