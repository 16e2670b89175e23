import Foundation
import Loom
import Networks
import TensorFiles
import Weft

/// Runs networks on Loom-1b in one thread and holds the executor against the CPU's AND and popcount limit, measured
/// beside it. Arguments: network folders; the embedded fixed-point network by default.
@main
struct ArrayBenchmark {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let kernel = try Kernel.selected(ProcessInfo.processInfo.environment["WEFT_KERNEL"])
    let arrayKernel = ArrayKernel(beside: kernel)
    print("kernel \(arrayKernel.name); one-bit products of the layers' own lanes at the widths spent, one thread")
    print(
      "network                    trim     MACs      products/MAC  T products/s  of limit  GMAC/s  2 threads  cycles only"
    )
    for path in arguments.isEmpty ? ["Fixtures/networks/digits_fixed16"] : arguments {
      let model = try NetworkFolder(path).model(sampleCount: 1)
      guard let graph = model.graph, let sample = graph.samples.first?.name else { continue }
      let hasProfile = graph.layers.contains { $0.profile?.activationLowBitsDropped != nil }
      for trims in hasProfile ? [false, true] : [false] {
        let run = NetworkTiming(graph: graph, sample: sample, model: model, kernel: kernel, trims: trims)
        // The limit is measured before and after, so that a busy machine shows on both sides.
        var limit = Self.limit(arrayKernel)
        let one = try run.best(threads: 1, cyclesOnly: false)
        let two = try run.best(threads: 2, cyclesOnly: false)
        let alone = try run.best(threads: 1, cyclesOnly: true)
        limit = max(limit, Self.limit(arrayKernel))
        let rate = Double(one.products) / one.seconds
        print(
          [
            graph.name.padding(toLength: 26, withPad: " ", startingAt: 0), trims ? "profile" : "none   ",
            String(one.multiplications), String(format: "%.1f", Double(one.products) / Double(one.multiplications)),
            String(format: "%.3f", rate / 1e12), String(format: "%.1f %%", 100 * rate / limit),
            String(format: "%.2f", Double(one.multiplications) / one.seconds / 1e9),
            String(format: "%.2fx", one.seconds / two.seconds),
            String(format: "%.1f %%", 100 * alone.seconds / one.seconds),
          ].joined(separator: "  "))
      }
    }
  }

  /// One-bit products a second of four chains of AND, popcount and add on 16 KiB; the best of several.
  static func limit(_ kernel: ArrayKernel) -> Double {
    var best = 0.0
    for _ in 0..<8 {
      let clock = ContinuousClock()
      var products = 0
      let time = clock.measure { products = kernel.runLimit(rounds: kernel.name == "scalar" ? 50 : 2000).products }
      best = max(best, Double(products) / (time / .seconds(1)))
    }
    return best
  }
}
