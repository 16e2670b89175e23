import LPDDR4
import Testing

@Suite struct ClosedFormTests {
  static func read(_ address: Int, _ bursts: Int = 1, arrival: Int = 0) -> Request {
    Request(address: address, byteCount: 32 * bursts, kind: .read, arrival: arrival)
  }

  static func address(row: Int, bank: Int = 0, column: Int = 0) -> Int { row << 14 | bank << 11 | column << 5 }

  static func unrefreshed() -> ChannelConfiguration {
    var configuration = ChannelConfiguration()
    configuration.options.refresh = .none
    return configuration
  }

  private func clocks(_ recording: Recording, _ kind: CommandKind) -> [Int] {
    recording.commands.filter { $0.kind == kind }.map(\.clock)
  }

  @Test func `the micro schedules are exact`() throws {
    let configuration = ChannelConfiguration()
    let lone = try Recording.events([Self.read(Self.address(row: 1))], configuration)
    #expect(lone.commands.map(\.clock) == [0, 39])
    #expect(lone.completions.map(\.dataEnd) == [94])
    let conflict = try Recording.events(
      [Self.read(Self.address(row: 1)), Self.read(Self.address(row: 2))], configuration)
    #expect(conflict.commands.map(\.clock) == [0, 39, 92, 129, 168])
    #expect(conflict.completions.map(\.dataEnd) == [94, 223])
    let row = Self.address(row: 1)
    var write = Self.read(row)
    write.kind = .write
    let readWrite = try Recording.events([Self.read(row), write], configuration)
    #expect(readWrite.commands.map(\.clock) == [0, 39, 75])
    #expect(readWrite.completions.map(\.dataEnd) == [94, 105])
    let writeRead = try Recording.events([write, Self.read(row)], configuration)
    #expect(writeRead.commands.map(\.clock) == [0, 39, 88])
    #expect(writeRead.completions.map(\.dataEnd) == [69, 143])
    let hits = try Recording.events([Self.read(row, 4)], configuration)
    #expect(clocks(hits, .read) == [39, 47, 55, 63])
    #expect(hits.completions.map(\.dataEnd) == [94, 102, 110, 118])
  }

  @Test func `latency of hit, miss and conflict is the sum of its steps`() throws {
    let t = Standard.lpddr4At4267.timing
    let requests = [
      Self.read(Self.address(row: 1), arrival: 1_000), Self.read(Self.address(row: 1, column: 1), arrival: 2_000),
      Self.read(Self.address(row: 2), arrival: 3_000),
    ]
    let recording = try Recording.events(requests, ChannelConfiguration())
    let latencies = recording.completions.map { $0.dataEnd - $0.accepted }
    let hit = 3 + t[.nRL] + t[.nDQSCK] + t[.nBurst]
    #expect(latencies == [t[.nRCD] + hit, hit, t[.nRPpb] - 2 + t[.nRCD] + hit])
    #expect(recording.report.rowHits == 1)
    #expect(recording.report.rowMisses == 1)
    #expect(recording.report.rowConflicts == 1)
  }

  @Test func `a stream without refresh takes a burst every eight clocks`() throws {
    let count = 100_000
    let report = try Channel(Self.unrefreshed()).run([Self.read(0, count)])
    #expect(report.cycles == 39 + 8 * (count - 1) + 55)
  }

  @Test func `a stream loses to each all-bank refresh what closing, refreshing and opening take`() throws {
    let count = 200_000
    let recording = try Recording.events([Self.read(Self.address(row: 3), count)], ChannelConfiguration())
    let t = Standard.lpddr4At4267.timing
    // PREA, REFab, ACT and RD after each other; before them the last read's 18 clocks and less than a slot, after them
    // at most the opening of a second row that the queue had begun.
    let least = t[.nRPab] + t[.nRFCab] - 2 + t[.nRCD]
    let lost = recording.report.cycles - (39 + 8 * (count - 1) + 55)
    let refreshes = recording.report.refreshes
    #expect(lost >= refreshes * least)
    #expect(lost <= refreshes * (least + t.readToPrecharge + 8 + t[.nRRD]))
    for refresh in recording.commands where refresh.kind == .refreshAll {
      let all = recording.commands.last { $0.kind == .prechargeAll && $0.clock < refresh.clock }!
      #expect(refresh.clock - all.clock == t[.nRPab])
      let activate = recording.commands.first { $0.kind == .activate && $0.clock > refresh.clock }!
      #expect(activate.clock - refresh.clock == t[.nRFCab] - 2)
    }
  }

  @Test func `a stream of row hits takes exactly its slots and its refreshes`() throws {
    // Every burst in one row: after each refresh due at k tREFI come PREA, REFab, ACT and the first read.
    let count = 65_536
    let requests = (0..<count).map { Self.read(Self.address(row: 5, column: $0 % 64)) }
    let report = try Channel().run(requests)
    var clock = 39
    var refresh = 1
    for _ in 1..<count {
      let next = clock + 8
      // The read before the refresh lets go of its bank after 18 clocks.
      if next >= 8_328 * refresh {
        let all = max(8_328 * refresh, clock + 18)
        clock = all + 45 + 596 + 39
        refresh += 1
      } else {
        clock = next
      }
    }
    #expect(report.cycles == clock + 55)
    #expect(report.refreshes == refresh - 1)
    #expect(report.activates == refresh)
  }

  @Test func `refreshing bank by bank costs a stream nothing but the refreshed bank's turn`() throws {
    var configuration = ChannelConfiguration()
    configuration.options.refresh = .perBank()
    // Row hits of one bank. The refresh of another bank takes two clocks of the bus as soon as it is free; the bank's
    // own turn, every eighth, costs the read's 18 clocks, PRE, REFpb and ACT.
    let count = 20_000
    let requests = (0..<count).map { Self.read(Self.address(row: 5, column: $0 % 64)) }
    let report = try Channel(configuration).run(requests)
    var clock = 39
    var turn = 1
    for _ in 1..<count {
      var next = clock + 8
      while 1_041 * turn <= next {
        let due = 1_041 * turn
        if turn % 8 == 1 {
          next = max(due, clock + 18) + 39 + 297 + 39
        } else {
          let start = max(due, clock + 4)
          guard start <= next else { break }
          next = max(next, start + 2)
        }
        turn += 1
      }
      clock = next
    }
    #expect(report.cycles == clock + 55)
    #expect(report.refreshes == (report.cycles - 1) / 1_041)
  }

  @Test func `activates of a random stream are limited by the window of four`() throws {
    var configuration = Self.unrefreshed()
    var timing = configuration.standard.timing
    timing[.nFAW] = 100
    configuration.standard = try Standard(organization: Organization(), timing: timing)
    let count = 4_000
    let requests = (0..<count).map { Self.read(Self.address(row: $0 / 8, bank: $0 % 8)) }
    let recording = try Recording.events(requests, configuration)
    let activates = clocks(recording, .activate)
    // Four activates 16 clocks apart, then the window; rows of a bank come round in 200 clocks > tRC.
    for index in 4..<count { #expect(activates[index] - activates[index - 4] == 100) }
    #expect(recording.report.cycles == activates[count - 1] + 39 + 55)
  }

  @Test func `reads of other rows of one bank come every tRC`() throws {
    let count = 2_000
    let requests = (0..<count).map { Self.read(Self.address(row: $0)) }
    let report = try Channel(Self.unrefreshed()).run(requests)
    #expect(report.cycles == 129 * (count - 1) + 39 + 55)
  }

  @Test func `activates of different banks come every tRRD`() throws {
    let count = 4_000
    let requests = (0..<count).map { Self.read(Self.address(row: $0 / 8, bank: $0 % 8)) }
    let recording = try Recording.events(requests, Self.unrefreshed())
    let activates = clocks(recording, .activate)
    // Eight banks 16 clocks apart: 128 clocks a round, one less than tRC.
    for index in 8..<count { #expect(activates[index] - activates[index - 8] == 129) }
  }

  @Test func `reads and writes in turn pay both turnarounds`() throws {
    var configuration = Self.unrefreshed()
    // One place in the queue keeps the order.
    configuration.options.queue = .unified(capacity: 1)
    let count = 1_000
    let requests = (0..<count).map { index in
      var request = Self.read(Self.address(row: 1, column: index % 64))
      if index % 2 == 1 { request.kind = .write }
      return request
    }
    let report = try Channel(configuration).run(requests)
    #expect(report.cycles == 39 + (36 + 49) * (count / 2 - 1) + 36 + 30)
  }

  @Test func `two channels side by side read twice as fast`() throws {
    let pair = try ChannelPair()
    pair.submit(Self.read(0, 262_144))
    let report = pair.finish()
    #expect(abs(report.gigabytesPerSecond - 15.63) < 0.03)
    #expect(report.reads == 262_144)
    let single = try Channel().run([Self.read(0, 131_072)])
    #expect(report.cycles == single.cycles)
    #expect(report.energy.core == 2 * single.energy.core)
  }

  @Test func `lockstep moves 64 bytes a burst in the time of 32`() throws {
    let configuration = ChannelConfiguration(standard: try .lpddr4(isLockstep: true))
    let wide = try Channel(configuration).run([Request(address: 0, byteCount: 64 * 10_000, kind: .read)])
    let narrow = try Channel().run([Request(address: 0, byteCount: 32 * 10_000, kind: .read)])
    #expect(wide.cycles == narrow.cycles)
    #expect(wide.readBytes == 2 * narrow.readBytes)
  }

  @Test func `a burst of 32 takes sixteen clocks`() throws {
    var configuration = Self.unrefreshed()
    configuration.standard = try .lpddr4(burstLength: 32)
    let report = try Channel(configuration).run([Request(address: 0, byteCount: 64 * 1_000, kind: .read)])
    #expect(report.cycles == 39 + 16 * 999 + 63)
  }
}
