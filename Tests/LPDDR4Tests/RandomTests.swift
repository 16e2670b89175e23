import LPDDR4
import TestSupport
import Testing

/// Ten thousand small traces under random options.
@Suite struct RandomTests {
  /// The event model against the plain loop, which knows the default controller only.
  static func comparePlain(_ requests: [Request], capacity: Int) throws {
    var configuration = ChannelConfiguration()
    configuration.options.queue = .unified(capacity: capacity)
    let recording = try Recording.events(requests, configuration)
    var plain = PlainController(capacity: capacity)
    plain.run(requests)
    #expect(recording.commands.map(\.clock) == plain.commands.map(\.clock))
    #expect(recording.commands.map { "\($0.kind.name)" } == plain.commands.map(\.name))
    #expect(recording.commands.map(\.bank) == plain.commands.map(\.bank))
    #expect(recording.completions.map(\.dataEnd) == plain.ends)
    #expect(recording.report.cycles == plain.end)
    #expect(recording.report.rowHits == plain.rowHits)
    #expect(recording.report.readLatency.sumClocks == plain.latencies.reduce(0, +))
  }

  static func requests(_ random: inout SplitMix, count: Int, burst: Int = 32, longest: Int = 1) -> [Request] {
    let rows = random.pick([1, 2, 4, 32_768])
    let banks = random.pick([1, 2, 8])
    let writes = random.pick([0, 20, 50, 100])
    let gap = random.pick([0, 1, 10, 60, 400, 3_000])
    var (clock, address) = (0, 0)
    return (0..<count).map { index in
      clock += Int.random(in: 0...gap, using: &random)
      if Bool.random(using: &random) {
        address =
          Int.random(in: 0..<rows, using: &random) << 14 | Int.random(in: 0..<banks, using: &random) << 11
          | Int.random(in: 0..<32, using: &random) << 6
      }
      let bursts = Int.random(in: 1...longest, using: &random)
      let isWrite = Int.random(in: 0..<100, using: &random) < writes
      defer { address += bursts * burst }
      return Request(
        address: address, byteCount: bursts * burst, kind: isWrite ? .write : .read, arrival: clock, tag: index)
    }
  }

  static func options(_ random: inout SplitMix) -> ControllerOptions {
    var options = ControllerOptions()
    options.page = random.pick([.open, .open, .closed, .strictlyClosed, .timeout(0), .timeout(200)])
    let capacity = random.pick([1, 2, 8, 32])
    options.queue = random.pick([
      .unified(capacity: capacity), .unified(capacity: 32), .split(reads: capacity, writes: 16, low: 2, high: 12),
      .split(reads: 8, writes: 2, low: 0, high: 1),
    ])
    options.refresh = random.pick([
      .allBanks(), .allBanks(postponed: 2), .allBanks(postponed: 8), .perBank(), .perBank(postponed: 3), .none,
    ])
    options.power = random.pick([
      .none, .none, PowerPolicy(powerDownAfter: 0), PowerPolicy(powerDownAfter: 60),
      PowerPolicy(selfRefreshAfter: 900), PowerPolicy(powerDownAfter: 30, selfRefreshAfter: 500),
    ])
    options.hitCap = random.pick([nil, nil, 0, 1, 4])
    options.mapping = AddressMapping(
      random.pick([.roBaCo, .roCoBa, .baRoCo]), hasBankXOR: Bool.random(using: &random))
    return options
  }

  @Test func `three thousand default traces equal the plain loop`() throws {
    #if DEBUG
      let rounds = 60
    #else
      let rounds = 3_000
    #endif
    for seed in 0..<UInt64(rounds) {
      var random = SplitMix(seed: 40_000 + seed)
      let count = random.pick([1, 3, 20, 60])
      let requests = Self.requests(&random, count: count)
      try Self.comparePlain(requests, capacity: random.pick([1, 2, 5, 32, 100]))
    }
  }

  @Test func `ten thousand random traces pass the checker, and both faces agree`() throws {
    #if DEBUG
      let rounds = 700
    #else
      let rounds = 10_000
    #endif
    for seed in 0..<UInt64(rounds) {
      var random = SplitMix(seed: seed)
      let grade = random.pick(SpeedGrade.allCases)
      let density = random.pick([Density.gb4, .gb8, .gb16])
      let length = random.pick([16, 16, 32])
      let standard = try Standard.lpddr4(
        grade, density: density, burstLength: length, writeLatency: random.pick([.a, .b]),
        hasReadDBI: Bool.random(using: &random), hasShortBankSpacing: Bool.random(using: &random))
      let options = Self.options(&random)
      let configuration = ChannelConfiguration(standard: standard, options: options)
      let count = random.pick([1, 5, 30, 80])
      let requests = Self.requests(&random, count: count, burst: 2 * length, longest: random.pick([1, 1, 40]))
      let events = try Recording.events(requests, configuration)
      if let problem = CommandChecker.problem(events.commands, standard) {
        Issue.record("seed \(seed): \(problem); \(options)")
        return
      }
      if case .allBanks(let postponed) = options.refresh, options.power.selfRefreshAfter == nil {
        #expect(
          CommandChecker.refreshProblem(events.commands, standard, postponed: postponed) == nil, "seed \(seed)")
      }
      let bursts = requests.reduce(0) { $0 + $1.byteCount } / (2 * length)
      #expect(events.report.reads + events.report.writes == bursts, "seed \(seed)")
      #expect(events.report.stateClocks.total == events.report.cycles, "seed \(seed)")
      // Without a watcher of commands idle time is skipped; nothing else may change.
      #expect(try Channel(configuration).run(requests) == events.report, "seed \(seed)")
      let ticks = try Recording.ticks(requests, configuration)
      guard ticks.commands == events.commands, ticks.sortedCompletions == events.sortedCompletions,
        ticks.report == events.report
      else {
        Issue.record("seed \(seed): the faces differ; \(options)")
        return
      }
    }
  }

  @Test func `masked writes and requests that close their row pass the checker`() throws {
    for seed in 0..<UInt64(300) {
      var random = SplitMix(seed: 90_000 + seed)
      var requests = Self.requests(&random, count: 60)
      for index in requests.indices {
        if requests[index].kind == .write, Bool.random(using: &random) { requests[index].kind = .maskedWrite }
        requests[index].closesRow = Int.random(in: 0..<4, using: &random) == 0
      }
      let recording = try Recording.events(requests, ChannelConfiguration(options: Self.options(&random)))
      #expect(CommandChecker.problem(recording.commands, .lpddr4At4267) == nil, "seed \(seed)")
      #expect(recording.completions.count == 60)
    }
  }

  @Test func `every standard that is accepted serves every request`() throws {
    #if DEBUG
      let rounds = 300
    #else
      let rounds = 4_000
    #endif
    var accepted = 0
    for seed in 0..<UInt64(rounds) {
      var random = SplitMix(seed: 120_000 + seed)
      var timing = Standard.lpddr4At4267.timing
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let parameter = random.pick(TimingParameter.allCases.filter { $0 != .nBurst })
        let value = timing[parameter]
        timing[parameter] = random.pick([0, 1, 3, value / 2, value * 2, value * 7, 900, 20_000])
      }
      let organization = Organization(
        bankCount: random.pick([1, 2, 8, 64]), rowCount: 65_536, bytesPerRow: random.pick([64, 2_048, 8_192]))
      guard let standard = try? Standard(organization: organization, timing: timing) else { continue }
      accepted += 1
      let options = Self.options(&random)
      let requests = Self.requests(&random, count: 40).map { request in
        var request = request
        request.address %= organization.byteCount
        return request
      }
      let recording = try Recording.events(requests, ChannelConfiguration(standard: standard, options: options))
      #expect(recording.completions.count == 40, "seed \(seed)")
      if let problem = CommandChecker.problem(recording.commands, standard) {
        Issue.record("seed \(seed): \(problem); \(options)")
        return
      }
    }
    #expect(accepted > rounds / 4)
  }

  @Test func `long idle times are skipped without a trace`() throws {
    for seed in 0..<UInt64(160) {
      var random = SplitMix(seed: 70_000 + seed)
      // Every other one with the default controller, whose idle refreshes are counted without a comparison of states.
      let options = seed % 2 == 0 ? ControllerOptions() : Self.options(&random)
      let configuration = ChannelConfiguration(options: options)
      var requests = Self.requests(&random, count: 6)
      for index in requests.indices { requests[index].arrival += index * random.pick([0, 60_000, 700_000]) }
      for index in 1..<requests.count {
        requests[index].arrival = max(requests[index].arrival, requests[index - 1].arrival)
      }
      let watched = try Recording.events(requests, configuration)
      #expect(try Channel(configuration).run(requests) == watched.report, "seed \(seed): \(options)")
    }
  }

  @Test(arguments: [
    ControllerOptions().page, .timeout(300),
  ])
  func `a request after a billion seconds takes no time`(page: PagePolicy) throws {
    for refresh in [RefreshPolicy.allBanks(), .perBank(), .allBanks(postponed: 8), .none] {
      for power in [PowerPolicy.none, PowerPolicy(powerDownAfter: 10), PowerPolicy(selfRefreshAfter: 20_000)] {
        var options = ControllerOptions()
        (options.page, options.refresh, options.power) = (page, refresh, power)
        let late = Request(address: 64, byteCount: 32, kind: .read, arrival: Channel.clockLimit)
        let report = try Channel(ChannelConfiguration(options: options)).run([
          Request(address: 0, byteCount: 32, kind: .read), late,
        ])
        #expect(report.cycles > Channel.clockLimit && report.cycles < Channel.clockLimit + 2_000)
        #expect(report.stateClocks.total == report.cycles)
        if refresh == .allBanks(), power.selfRefreshAfter == nil {
          #expect(report.refreshes == Channel.clockLimit / 8_328)
        }
      }
    }
  }
}
