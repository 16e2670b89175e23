import ArgumentParser
import LPDDR4

/// What the channel is: the defaults are those of the oracle cases.
struct ChannelOptions: ParsableArguments {
  enum Width: String, ExpressibleByArgument, CaseIterable {
    case x16
    case x32
  }

  enum Pairing: String, ExpressibleByArgument, CaseIterable {
    case independent
    case lockstep
  }

  @Option(help: "Data rate in MT/s: 1600, 2133, 2667, 3200, 3733, 4267.")
  var speed = 4267
  @Option(help: "Gb of one x16 channel: 4, 6, 8, 12, 16.")
  var density = 8
  @Option(help: "Transfers of a burst: 16 or 32.")
  var burstLength = 16
  @Option(help: "One x16 channel, or two.")
  var width = Width.x16
  @Option(help: "How the two channels of x32 work: independent, 32 bytes each in turn, or in lockstep.")
  var pairing = Pairing.independent
  @Flag(help: "Write latency set B.")
  var setB = false
  @Flag(name: .customLong("read-dbi"), help: "Read latency with data bus inversion.")
  var readDBI = false
  @Flag(name: .customLong("short-pb-spacing"), help: "90 ns between refreshes of different banks.")
  var shortBankSpacing = false
  @Option(name: .customLong("timing"), help: "Another timing: NAME=CLOCKS, as in nRCD=40; may be repeated.")
  var timings: [String] = []
  @Option(help: "Banks.")
  var banks: Int?
  @Option(help: "robaco, rocoba, baroco, or a letter R, B or C for every bit above the burst, highest first.")
  var mapping = "robaco"
  @Flag(name: .customLong("bank-xor"), help: "Exclusive or of bank and lowest row bits.")
  var bankXOR = false
  @Option(help: "open, closed, strict (closed after every request), or timeout:CLOCKS.")
  var page = "open"
  @Option(help: "Row hits that may overtake an older request of their bank.")
  var hitCap: Int?
  @Option(help: "Separate queues: READS,WRITES,LOW,HIGH with the watermarks of draining.")
  var splitQueues: String?
  @Option(help: "all, bank or none.")
  var refresh = "all"
  @Option(help: "Refreshes that may be put off, 0...8.")
  var postpone = 0
  @Option(help: "Power-down after so many idle clocks.")
  var powerDownAfter: Int?
  @Option(help: "Self-refresh after so many clocks without a request.")
  var selfRefreshAfter: Int?
  @Flag(help: "Take the currents of LPDDR4-3200 as they are, instead of keeping the charge of a burst.")
  var plainCurrents = false

  func validate() throws {
    guard SpeedGrade(rawValue: speed) != nil else {
      throw ValidationError("--speed \(speed): expected 1600, 2133, 2667, 3200, 3733 or 4267")
    }
    guard Density(rawValue: density) != nil else {
      throw ValidationError("--density \(density): expected 4, 6, 8, 12 or 16")
    }
    guard [16, 32].contains(burstLength) else {
      throw ValidationError("--burst-length \(burstLength): expected 16 or 32")
    }
    _ = try controllerOptions(closedLoop: nil)
    for timing in timings { _ = try ChannelOptions.override(timing) }
  }

  /// What reports call the channel.
  var name: String {
    let pair = width == .x16 ? "x16" : "x32 (two x16, \(pairing.rawValue))"
    return "LPDDR4-\(speed) \(pair), \(density) Gb a channel"
  }

  var isPair: Bool { width == .x32 && pairing == .independent }

  /// Throws `StandardError` when the numbers contradict one another.
  func configuration(closedLoop: Int?) throws -> ChannelConfiguration {
    let preset = try Standard.lpddr4(
      SpeedGrade(rawValue: speed)!, density: Density(rawValue: density)!, burstLength: burstLength,
      isLockstep: width == .x32 && pairing == .lockstep, writeLatency: setB ? .b : .a, hasReadDBI: readDBI,
      hasShortBankSpacing: shortBankSpacing)
    var (organization, timing) = (preset.organization, preset.timing)
    if let banks { organization.bankCount = banks }
    for text in timings {
      let (parameter, clocks) = try ChannelOptions.override(text)
      timing[parameter] = clocks
    }
    return ChannelConfiguration(
      standard: try Standard(organization: organization, timing: timing),
      options: try controllerOptions(closedLoop: closedLoop),
      energy: plainCurrents ? EnergyParameters.lpddr4.withPlainCurrents : .lpddr4)
  }

  private static func override(_ text: String) throws -> (TimingParameter, Int) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let clocks = Int(parts[1]),
      let parameter = TimingParameter.allCases.first(where: { "\($0.name)" == parts[0] })
    else { throw ValidationError("--timing \(text): expected NAME=CLOCKS with a name such as nRCD") }
    return (parameter, clocks)
  }

  private func controllerOptions(closedLoop: Int?) throws -> ControllerOptions {
    var options = ControllerOptions()
    let order: AddressMapping.Order =
      switch mapping.lowercased() {
      case "robaco": .roBaCo
      case "rocoba": .roCoBa
      case "baroco": .baRoCo
      default: .bits(mapping)
      }
    options.mapping = AddressMapping(order, hasBankXOR: bankXOR)
    options.page = try pagePolicy()
    options.queue = try queuePolicy(closedLoop)
    options.hitCap = hitCap
    switch refresh {
    case "all": options.refresh = .allBanks(postponed: postpone)
    case "bank": options.refresh = .perBank(postponed: postpone)
    case "none": options.refresh = .none
    default: throw ValidationError("--refresh \(refresh): expected all, bank or none")
    }
    options.power = PowerPolicy(powerDownAfter: powerDownAfter, selfRefreshAfter: selfRefreshAfter)
    return options
  }

  private func pagePolicy() throws -> PagePolicy {
    switch page {
    case "open": return .open
    case "closed": return .closed
    case "strict": return .strictlyClosed
    default:
      let parts = page.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "timeout", let clocks = Int(parts[1]) else {
        throw ValidationError("--page \(page): expected open, closed, strict or timeout:CLOCKS")
      }
      return .timeout(clocks)
    }
  }

  private func queuePolicy(_ closedLoop: Int?) throws -> QueuePolicy {
    guard let splitQueues else { return .unified(capacity: closedLoop ?? 32) }
    let numbers = splitQueues.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 4, let reads = numbers[0], let writes = numbers[1], let low = numbers[2],
      let high = numbers[3]
    else { throw ValidationError("--split-queues \(splitQueues): expected READS,WRITES,LOW,HIGH") }
    return .split(reads: closedLoop ?? reads, writes: closedLoop ?? writes, low: low, high: high)
  }
}
