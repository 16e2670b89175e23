import LPDDR4
import Testing

/// What each option does, on traces small enough to follow.
@Suite struct PolicyTests {
  static func read(row: Int, bank: Int = 0, column: Int = 0, arrival: Int = 0, tag: Int = 0) -> Request {
    Request(
      address: row << 14 | bank << 11 | column << 5, byteCount: 32, kind: .read, arrival: arrival, tag: tag)
  }

  static func configuration(_ change: (inout ControllerOptions) -> Void) -> ChannelConfiguration {
    var configuration = ChannelConfiguration()
    change(&configuration.options)
    return configuration
  }

  static func names(_ recording: Recording) -> [String] { recording.commands.map { "\($0.kind.name)" } }

  @Test func `a closed page closes with the last waiting hit`() throws {
    let requests = [Self.read(row: 1), Self.read(row: 1, column: 1), Self.read(row: 2)]
    let closed = try Recording.events(requests, Self.configuration { $0.page = .closed })
    #expect(Self.names(closed) == ["ACT", "RD", "RDA", "ACT", "RDA"])
    let strict = try Recording.events(requests, Self.configuration { $0.page = .strictlyClosed })
    #expect(Self.names(strict) == ["ACT", "RDA", "ACT", "RDA", "ACT", "RDA"])
    #expect(strict.commands[2].clock == 129)
  }

  @Test func `a timeout closes a row on its clock`() throws {
    let recording = try Recording.events(
      [Self.read(row: 1), Self.read(row: 1, arrival: 1_000)], Self.configuration { $0.page = .timeout(300) })
    #expect(Self.names(recording) == ["ACT", "RD", "PRE", "ACT", "RD"])
    #expect(recording.commands.map(\.clock) == [0, 39, 339, 1_000, 1_039])
  }

  @Test func `a cap lets an older request through`() throws {
    // One conflict behind a hit, then many hits.
    let requests =
      [Self.read(row: 1, tag: 0), Self.read(row: 2, tag: 1)]
      + (1..<20).map { Self.read(row: 1, column: $0, tag: $0 + 1) }
    func place(_ cap: Int?) throws -> Int {
      let recording = try Recording.events(requests, Self.configuration { $0.hitCap = cap })
      return recording.completions.firstIndex { $0.tag == 1 }!
    }
    #expect(try place(nil) == 20)
    #expect(try place(5) == 6)
    #expect(try place(0) == 1)
  }

  @Test func `split queues drain from the high watermark to the low one`() throws {
    let requests = (0..<24).map { index -> Request in
      var request = Self.read(row: 1, column: index, tag: index)
      if index % 2 == 1 { request.kind = .write }
      return request
    }
    let recording = try Recording.events(
      requests, Self.configuration { $0.queue = .split(reads: 32, writes: 16, low: 2, high: 6) })
    let order = recording.completions.map { $0.isWrite ? "W" : "R" }.joined()
    // Fewer turns than the 23 of the order of arrival.
    let turns = zip(order, order.dropFirst()).count { $0 != $1 }
    #expect(turns <= 5, "\(order)")
    // Six writes have come before the first read can start.
    #expect(order.hasPrefix("WWWW"))
  }

  @Test func `refreshes that are put off are made up for`() throws {
    let requests = (0..<8_000).map { Self.read(row: 1, column: $0 % 64) }
    let late = Self.read(row: 1, arrival: 200_000)
    let recording = try Recording.events(
      requests + [late], Self.configuration { $0.refresh = .allBanks(postponed: 8) })
    let refreshes = recording.commands.filter { $0.kind == .refreshAll }.map(\.clock)
    // The first 64,000 clocks are busy: seven fall due, none is made; then all at once, tRFCab apart.
    #expect(refreshes[0] > 64_000)
    #expect(zip(refreshes, refreshes.dropFirst()).prefix(6).allSatisfy { $1 - $0 == 598 })
    #expect(recording.report.refreshes == 200_000 / 8_328)
  }

  @Test func `banks take turns at refresh and the others go on`() throws {
    let requests = (0..<2_000).map { Self.read(row: 1, bank: 1, column: $0 % 64) }
    let recording = try Recording.events(requests, Self.configuration { $0.refresh = .perBank() })
    let refreshes = recording.commands.filter { $0.kind == .refreshBank }
    #expect(refreshes.prefix(8).map(\.bank) == [0, 1, 2, 3, 4, 5, 6, 7])
    let first = refreshes[0].clock
    #expect(first >= 1_041 && first <= 1_045)
    let during = recording.commands.filter { $0.kind == .read && $0.clock > first && $0.clock < first + 297 }
    #expect(during.count >= 36)
  }

  @Test func `masked writes of one bank keep their distance`() throws {
    let requests = (0..<4).map {
      Request(address: 1 << 14 | $0 << 5, byteCount: 32, kind: .maskedWrite)
    }
    let recording = try Recording.events(requests, ChannelConfiguration())
    let writes = recording.commands.filter { $0.kind == .maskedWrite }.map(\.clock)
    #expect(writes == [39, 71, 103, 135])
  }

  @Test func `an idle channel sleeps and wakes`() throws {
    let requests = [Self.read(row: 1), Self.read(row: 1, arrival: 2_000)]
    let down = try Recording.events(requests, Self.configuration { $0.power.powerDownAfter = 100 })
    #expect(Self.names(down) == ["ACT", "RD", "PDE", "PDX", "RD"])
    #expect(down.commands.map(\.clock) == [0, 39, 139, 2_000, 2_016])
    #expect(down.report.stateClocks.activePowerDown == 2_000 - 139)
    let asleep = try Recording.events(requests, Self.configuration { $0.power.selfRefreshAfter = 200 })
    #expect(Self.names(asleep) == ["ACT", "RD", "PREA", "SRE", "SRX", "ACT", "RD"])
    #expect(asleep.commands.map(\.clock) == [0, 39, 239, 284, 2_000, 2_614, 2_653])
    #expect(asleep.report.stateClocks.selfRefresh == 2_000 - 284)
  }

  @Test func `power-down needs less energy than waiting`() throws {
    let requests = (0..<50).map { Self.read(row: $0, arrival: $0 * 4_000) }
    let awake = try Channel().run(requests).energy.total
    let down = try Channel(Self.configuration { $0.power.powerDownAfter = 50 }).run(requests).energy.total
    let asleep = try Channel(Self.configuration { $0.power.selfRefreshAfter = 50 }).run(requests).energy.total
    #expect(down < 0.5 * awake)
    #expect(asleep < awake)
  }
}
