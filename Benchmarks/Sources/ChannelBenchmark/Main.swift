import Glibc
import LPDDR4

/// Prints one line an oracle case: requests, cycles, and million requests a second of one thread, fed burst by burst
/// and as runs, best of many. Arguments: `--once CASE bursts|runs|none` does one case a single time, for counting
/// instructions; `none` only makes the requests.
@main
struct Main {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "--once", arguments.count == 3 {
      guard let oracle = OracleCase.all.first(where: { $0.name == arguments[1] }) else { fatalError("no such case") }
      let channel = try Channel()
      if arguments[2] == "none" { return print(oracle.bursts.count) }
      return print(channel.run(arguments[2] == "runs" ? oracle.runs : oracle.bursts).cycles)
    }
    print("case requests cycles | million requests a second: bursts runs")
    for oracle in OracleCase.all {
      let (bursts, cycles) = try speed(oracle.bursts, count: oracle.bursts.count)
      let (runs, sameCycles) = try speed(oracle.runs, count: oracle.bursts.count)
      precondition(cycles == sameCycles, "\(oracle.name): \(cycles) cycles burst by burst, \(sameCycles) in runs")
      print(oracle.name, oracle.bursts.count, cycles, "|", rounded(bursts), rounded(runs))
    }
  }

  /// Million bursts a second, and the cycles.
  static func speed(_ requests: [Request], count: Int) throws -> (Double, Int) {
    var best = Double.infinity
    var cycles = 0
    let start = now()
    repeat {
      let channel = try Channel()
      let before = now()
      for request in requests { channel.submit(request) }
      cycles = channel.finish().cycles
      best = min(best, now() - before)
    } while now() - start < 0.7
    return (Double(count) / best / 1e6, cycles)
  }

  static func rounded(_ value: Double) -> String { String(Double(Int(value * 100)) / 100) }

  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
