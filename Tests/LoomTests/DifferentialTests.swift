import Loom
import Networks
import TestSupport
import Testing
import Weft

/// The fast executor beside the registers and the integer reference, on random layers, machines and options.
@Suite struct ExecutorDifferentialTests {
  private static let machines = [
    "loom-1b", "loom-2b", "loom-4b", "dpnn", "stripes", "dynamic-stripes", "tartan", "dprs", "loom-1b:24x10",
    "loom-1b:16x8", "loom-2b:8x40", "loom-4b:30x3",
  ]

  /// A layer with few products: registers take a step for each bit of each.
  private static func shape(_ random: inout SplitMix) -> RandomLayer.Shape {
    let kind = Int.random(in: 0..<4, using: &random)
    let channels = random.pick([1, 3, 4, 8, 15, 16, 17, 24, 33])
    let inputType = random.pick([ArrayType.int8, .int8, .int16])
    let isUnsigned = Int.random(in: 0..<4, using: &random) == 0
    var shape: RandomLayer.Shape
    switch kind {
    case 0:
      shape = RandomLayer.Shape(
        name: "fully connected", operation: .fullyConnected, input: [random.pick([1, 1, 3, 20]), channels],
        weights: [random.pick([1, 9, 16, 33]), channels])
    case 1:
      let multiplier = random.pick([1, 1, 2])
      shape = RandomLayer.Shape(
        name: "depthwise", operation: .depthwiseConvolution(window(&random, groups: channels)),
        input: [1, 5, 6, channels], weights: [], groups: 1)
      let window = shape.operation.window!
      shape.weights = [1, window.kernelHeight, window.kernelWidth, channels * multiplier]
    default:
      let groups = channels % 4 == 0 ? random.pick([1, 1, 2, 4]) : 1
      let filters = groups * random.pick([1, 3, 5])
      shape = RandomLayer.Shape(
        name: "convolution", operation: .convolution(window(&random, groups: groups)),
        input: [random.pick([1, 1, 2]), 5, 6, channels], weights: [], groups: groups)
      let window = shape.operation.window!
      shape.weights = [filters, window.kernelHeight, window.kernelWidth, channels / groups]
    }
    shape.inputType = inputType
    shape.weightType = random.pick([.int8, .int16])
    shape.inputBits = Int.random(in: 1...(inputType == .int16 ? 12 : 7), using: &random)
    shape.weightBits = Int.random(in: 1...(shape.weightType == .int16 ? 11 : 8), using: &random)
    shape.zeroPoint = isUnsigned ? 0 : Int32.random(in: -9...9, using: &random)
    shape.isUnsigned = isUnsigned
    return shape
  }

  private static func window(_ random: inout SplitMix, groups: Int) -> Window {
    let kernel = random.pick([1, 2, 3])
    let edge = random.pick([0, 0, 1])
    return Window(
      kernel: (kernel, random.pick([1, kernel])), stride: (random.pick([1, 2]), random.pick([1, 2])),
      padding: Padding(top: edge, left: random.pick([0, edge]), bottom: edge, right: edge), groups: groups)
  }

  @Test func `both executors give the reference's results and the same cycles`() throws {
    for seed in Differential.seeds(200) {
      var random = SplitMix(seed: seed)
      let shape = Self.shape(&random)
      let layer = try RandomLayer(shape, seed: random.next())
      let machine = try #require(Machine(random.pick(Self.machines)))
      let weights = random.pick(TimingOptions.WeightPrecision.allCases)
      let timing = TimingOptions(weightPrecision: weights, detectorGroup: weights == .tile ? 512 : 1)
      let kernel = random.pick(Kernel.all)
      let fast = try layer.run(
        machine, RunOptions(timing: timing, threads: random.pick([1, 3])), kernel: kernel)
      let register = try layer.run(machine, RunOptions(executor: .register, timing: timing), kernel: kernel)
      let mismatches = [fast, register].map { $0.check.accumulatorMismatches + $0.check.outputMismatches }
      guard mismatches == [0, 0], fast.check.accumulatorsChecked > 0,
        fast.run.timing.cycles == register.run.simulatedCycles, fast.output.frames == register.output.frames
      else {
        Issue.record(
          "WEFT_SEED=\(seed): \(shape) \(shape.operation), \(shape.input) by \(shape.weights), \(machine), \(kernel.name): \(mismatches), \(fast.run.timing.cycles) and \(register.run.simulatedCycles ?? -1) cycles"
        )
        return
      }
    }
  }
}
