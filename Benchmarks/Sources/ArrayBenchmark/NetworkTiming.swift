import Loom
import Networks
import TensorFiles
import Weft

/// One network on Loom-1b, timed.
struct NetworkTiming {
  var graph: LayerGraph
  var sample: String
  var model: ModelFile
  var kernel: Kernel
  var trims: Bool

  struct Result {
    var seconds: Double
    var products: Int
    var multiplications: Int
  }

  /// The fastest of several runs; reading, trimming and packing of parameters is not counted.
  func best(threads: Int, cyclesOnly: Bool) throws -> Result {
    let arrays = Dictionary(model.arrays.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let kernel = kernel
    let source = OperandSource(
      packed: { name, order in
        guard case .tensor(let tensor)? = arrays[name] else { return nil }
        return try OperandPacking(kernel: kernel).pack(tensor, order: order)
      }, integers: { arrays[$0]?.integers })
    var best: Result?
    for _ in 0..<5 {
      let run = try NetworkRun(
        graph: graph, machine: Machine(.loom1),
        options: RunOptions(timing: TimingOptions(trims: trims), cyclesOnly: cyclesOnly, threads: threads),
        kernel: kernel, source: source)
      try run.prepare(sample: sample)
      var result = Result(seconds: 0, products: 0, multiplications: 0)
      let clock = ContinuousClock()
      let time = try clock.measure {
        try run.run(sample: sample) {
          result.products += $0.timing.bitProducts
          result.multiplications += $0.multiplications
        }
      }
      result.seconds = time / .seconds(1)
      if result.seconds < best?.seconds ?? .infinity { best = result }
    }
    return best!
  }
}
