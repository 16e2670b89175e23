import Loom
import Networks
import Synchronization
import Traffic
import Weft

/// Networks of a sweep, each run once a machine and packed once a scheme.
final class SweepNetworks: Sendable {
  private struct Key: Hashable {
    var network: String
    var machine: String
    var scheme: String
  }

  private let known = Mutex<[Key: TrafficNetwork]>([:])
  private let kernel: Kernel

  init(kernel: Kernel) { self.kernel = kernel }

  /// Makes every network that the points ask for; on one thread a network, because each uses its own files.
  func prepare(_ points: [SweepPoint], threads: Int) throws {
    var networks: [String] = []
    for point in points where !networks.contains(point.network) { networks.append(point.network) }
    let names = networks
    _ = try Parallel.map(names.count, threads: threads) { index in
      try self.make(names[index], points.filter { $0.network == names[index] })
    }
  }

  func network(_ point: SweepPoint) -> TrafficNetwork {
    known.withLock { $0[Key(network: point.network, machine: point.machine, scheme: point.scheme)]! }
  }

  private func make(_ name: String, _ points: [SweepPoint]) throws {
    var machines: [String] = []
    for point in points where !machines.contains(point.machine) { machines.append(point.machine) }
    for machine in machines {
      let schemes = Set(points.filter { $0.machine == machine }.map(\.scheme))
      if let published = try SweepNetworks.published(name, Machine(machine)!) {
        for scheme in schemes { keep(published, Key(network: name, machine: machine, scheme: scheme)) }
        continue
      }
      let input = try RunnableInput(name, samples: 1, input: nil, profile: nil, kernel: kernel)
      guard let sample = input.graph.samples.first?.name else {
        throw CommandFailure(file: name, "there are no activations")
      }
      do {
        let measured = try MeasuredNetwork(
          input.graph, machine: Machine(machine)!, sample: sample, options: RunOptions(), source: input.source,
          kernel: kernel)
        for scheme in schemes {
          keep(
            try measured.traffic(OffchipScheme(scheme)!, kernel: kernel),
            Key(network: name, machine: machine, scheme: scheme))
        }
      } catch let error as NetworkError {
        throw CommandFailure(file: name, error)
      } catch let error as WeftError {
        throw CommandFailure(file: name, error)
      }
    }
  }

  private func keep(_ network: TrafficNetwork, _ key: Key) { known.withLock { $0[key] = network } }

  private static func published(_ name: String, _ machine: Machine) throws -> TrafficNetwork? {
    let parts = name.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[0] == "published" || parts[0] == "published-conv" else { return nil }
    guard let network = PublishedNetwork.all.first(where: { $0.name == String(parts[1]) }) else {
      let names = PublishedNetwork.all.map(\.name).joined(separator: ", ")
      throw CommandFailure(file: name, "published networks are \(names)")
    }
    return TrafficNetwork(network, machine: machine, onlyConvolutions: parts[0] == "published-conv")
  }
}
