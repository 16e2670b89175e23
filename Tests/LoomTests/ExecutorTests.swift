import Loom
import Networks
import Testing
import Weft

@Suite struct ExecutorTests {
  #if DEBUG
    // Registers are slow without optimisation; release has them all.
    private static let machines = ["loom-2b", "dpnn", "dprs", "loom-1b:24x10"]
  #else
    private static let machines = [
      "loom-1b", "loom-2b", "loom-4b", "dpnn", "stripes", "dynamic-stripes", "tartan", "dprs", "loom-1b:24x10",
      "loom-2b:8x40", "loom-4b:300x3",
    ]
  #endif

  @Test(arguments: RandomLayer.Shape.all)
  func `both executors give the reference's sums and outputs, and the same cycles, on every machine`(
    shape: RandomLayer.Shape
  ) throws {
    let layer = try RandomLayer(shape, seed: 7)
    for name in Self.machines {
      let machine = try #require(Machine(name))
      let fast = try layer.run(machine)
      let register = try layer.run(machine, RunOptions(executor: .register))
      for (executor, outcome) in [("fast", fast), ("register", register)] {
        #expect(outcome.check.accumulatorsChecked > 0)
        #expect(outcome.check.accumulatorMismatches == 0, "\(name) \(executor): \(outcome.check)")
        #expect(outcome.check.outputMismatches == 0, "\(name) \(executor): \(outcome.check)")
      }
      #expect(fast.run.timing.cycles == register.run.simulatedCycles, "\(name)")
      #expect(fast.output.frames == register.output.frames)
      #expect(fast.run.baselineCycles == (try layer.run(Machine(.dpnn))).run.timing.cycles)
    }
  }

  @Test(arguments: RandomLayer.Shape.all)
  func `weight widths by tile and step, shared detectors and threads change no result`(
    shape: RandomLayer.Shape
  ) throws {
    let layer = try RandomLayer(shape, seed: 8)
    let machine = try #require(Machine("loom-1b:16x8"))
    for weights in TimingOptions.WeightPrecision.allCases {
      let timing = TimingOptions(
        weightPrecision: weights, detectorGroup: weights == .tile ? 512 : weights == .step ? 256 : 1)
      let fast = try layer.run(machine, RunOptions(timing: timing, threads: 3))
      let register = try layer.run(machine, RunOptions(executor: .register, timing: timing))
      #expect(fast.check.accumulatorMismatches + fast.check.outputMismatches == 0)
      #expect(register.check.accumulatorMismatches + register.check.outputMismatches == 0)
      #expect(fast.run.timing.cycles == register.run.simulatedCycles, "\(weights)")
    }
  }

  @Test(arguments: Kernel.all.map(\.name))
  func `every kernel gives the same sums`(kernel: String) throws {
    for shape in RandomLayer.Shape.all {
      let layer = try RandomLayer(shape, seed: 9)
      let outcome = try layer.run(Machine(.loom1), kernel: try Kernel.named(kernel))
      #expect(outcome.check.accumulatorMismatches + outcome.check.outputMismatches == 0, "\(kernel), \(shape)")
    }
  }

  @Test func `the transposer packs what packing the whole output would`() throws {
    for shape in RandomLayer.Shape.all {
      let layer = try RandomLayer(shape, seed: 10)
      let output = try layer.run(Machine(.loom1)).output
      let again = try PackedTensor(
        packing: try output.unpacked(kernel: Kernel.best), settings: output.settings, kernel: Kernel.best)
      #expect(again.frames == output.frames, "\(shape)")
      #expect(again.summary == output.summary)
    }
  }

  @Test func `the best mapping is never slower, and tells what it gains`() throws {
    for shape in RandomLayer.Shape.all {
      let layer = try RandomLayer(shape, seed: 11)
      let best = try layer.run(Machine(.loom1), RunOptions(mapping: .best)).run
      let fixed = try layer.run(Machine(.loom1)).run
      #expect(best.fixedCycles == fixed.timing.cycles)
      #expect(best.timing.cycles <= fixed.timing.cycles)
      let geometry = best.timing.machine.geometry
      #expect(geometry.rows * geometry.columns == 2048)
    }
  }
}
