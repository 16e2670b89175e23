import Foundation
import LPDDR4
import Loom
import Traffic

/// What a sweep varies: the product of all lists, in the order of the fields.
///
/// A JSON object. `networks` are paths, or `published:NAME` and `published-conv:NAME` for the shapes and profiles of
/// Loom's six networks. Everything else may be left out.
struct SweepSpecification: Codable, Hashable {
  var networks: [String]
  var machines: [String] = ["loom-1b"]
  var schemes: [String] = ["array"]
  var channels: [String] = ["lpddr4-4267"]
  var widths: [String] = ["x16"]
  /// Bytes; 0 for the machine's default.
  var activation_memories: [Int] = [0]
  var weight_memories: [Int] = [512 << 10]
  var batches: [Int] = [1]

  init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    networks = try box.decode([String].self, forKey: .networks)
    machines = try box.decodeIfPresent([String].self, forKey: .machines) ?? machines
    schemes = try box.decodeIfPresent([String].self, forKey: .schemes) ?? schemes
    channels = try box.decodeIfPresent([String].self, forKey: .channels) ?? channels
    widths = try box.decodeIfPresent([String].self, forKey: .widths) ?? widths
    activation_memories = try box.decodeIfPresent([Int].self, forKey: .activation_memories) ?? activation_memories
    weight_memories = try box.decodeIfPresent([Int].self, forKey: .weight_memories) ?? weight_memories
    batches = try box.decodeIfPresent([Int].self, forKey: .batches) ?? batches
  }

  /// Configurations at most.
  static let limit = 1_000_000

  /// Reads and checks a file.
  static func read(_ path: String) throws -> SweepSpecification {
    ReadFiles.note(path)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(file: path, "cannot read")
    }
    let specification: SweepSpecification
    do {
      specification = try JSONDecoder().decode(SweepSpecification.self, from: data)
    } catch let error as DecodingError {
      throw CommandFailure(file: path, "not a sweep: \(describe(error))")
    }
    try specification.check(path)
    return specification
  }

  private static func describe(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? context.debugDescription
        : "'\(context.codingPath.map(\.stringValue).joined(separator: "."))': \(context.debugDescription)"
    @unknown default: "\(error)"
    }
  }

  private func check(_ path: String) throws {
    func refuse(_ what: String) -> CommandFailure { CommandFailure(file: path, what) }
    let counts = [
      networks.count, machines.count, schemes.count, channels.count, widths.count, activation_memories.count,
      weight_memories.count, batches.count,
    ]
    guard !counts.contains(0) else { throw refuse("a list is empty: nothing to sweep") }
    var product = 1
    for count in counts {
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      guard !overflow, next <= SweepSpecification.limit else {
        throw refuse("more than \(SweepSpecification.limit) configurations")
      }
      product = next
    }
    for machine in machines where Machine(machine) == nil { throw refuse("machines: no machine '\(machine)'") }
    for scheme in schemes where OffchipScheme(scheme) == nil { throw refuse("schemes: no scheme '\(scheme)'") }
    for width in widths where ChannelTime.Width(rawValue: width) == nil {
      throw refuse("widths: x16 or x32, not '\(width)'")
    }
    for channel in channels where SweepPoint.grade(channel) == nil { throw refuse("channels: no channel '\(channel)'") }
    let limit = 1 << 40
    for bytes in activation_memories where !(0...limit).contains(bytes) {
      throw refuse("activation_memories: \(bytes)")
    }
    for bytes in weight_memories where !(1...limit).contains(bytes) { throw refuse("weight_memories: \(bytes)") }
    for batch in batches where !(1...65_536).contains(batch) { throw refuse("batches: \(batch)") }
  }

  /// Every configuration, in order.
  var points: [SweepPoint] {
    networks.flatMap { network in
      machines.flatMap { machine in
        schemes.flatMap { scheme in
          channels.flatMap { channel in
            widths.flatMap { width in
              activation_memories.flatMap { activation in
                weight_memories.flatMap { weight in
                  batches.map { batch in
                    SweepPoint(
                      network: network, machine: machine, scheme: scheme, channel: channel, width: width,
                      activationMemory: activation, weightMemory: weight, batch: batch)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
