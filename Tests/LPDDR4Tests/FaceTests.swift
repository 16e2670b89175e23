import LPDDR4
import Testing

@Suite struct FaceTests {
  @Test func `a transaction comes back with its tag when its data has ended`() throws {
    let channel = try Channel()
    #expect(channel.willAccept(isWrite: false))
    #expect(channel.addTransaction(address: 1 << 14, isWrite: false, tag: 42))
    #expect(!channel.willAccept(isWrite: false))
    #expect(!channel.addTransaction(address: 0, isWrite: false))
    #expect(channel.nextEvent == 0)
    channel.tick()
    #expect(channel.nextEvent == 39)
    channel.advance(to: 40)
    #expect(channel.nextEvent == 94)
    channel.advance(to: 93)
    #expect(channel.nextCompletion() == nil)
    channel.tick()
    let completion = channel.nextCompletion()
    #expect(completion == Completion(tag: 42, isWrite: false, accepted: 0, started: 39, dataEnd: 94))
    #expect(channel.nextCompletion() == nil)
    #expect(channel.nextEvent == 8_328)
  }

  @Test func `a full queue accepts nothing until a column command has started`() throws {
    var options = ControllerOptions()
    options.queue = .unified(capacity: 2)
    let channel = try Channel(ChannelConfiguration(options: options))
    for place in 0..<2 {
      #expect(channel.addTransaction(address: place * 32, isWrite: false, tag: place))
      channel.tick()
    }
    #expect(!channel.willAccept(isWrite: true))
    channel.advance(to: 39)
    #expect(!channel.willAccept(isWrite: true))
    channel.tick()
    #expect(channel.willAccept(isWrite: true))
    channel.drain()
    #expect(channel.clock == 47 + 55)
  }

  @Test func `statistics begin anew and time goes on`() throws {
    let channel = try Channel()
    channel.submit(Request(address: 0, byteCount: 32 * 500, kind: .read))
    let first = channel.finish()
    channel.resetStatistics()
    channel.submit(Request(address: 32 * 500, byteCount: 32 * 500, kind: .read))
    let second = channel.finish()
    #expect(first.reads == 500 && second.reads == 500)
    #expect(second.cycles < first.cycles)
    #expect(second.stateClocks.total == second.cycles)
    let whole = try Channel().run([Request(address: 0, byteCount: 32 * 500, kind: .read)])
    #expect(first == whole)
  }

  @Test func `clock ratios do not drift`() {
    let ratio = ClockRatio(hostKilohertz: 1_000_000, standard: .lpddr4At4267)
    #expect(ratio.dramClocks(hostClocks: 0) == 0)
    #expect(ratio.dramClocks(hostClocks: 1) == 2)
    #expect(ratio.dramClocks(hostClocks: 15) == 32)
    #expect(ratio.dramClocks(hostClocks: 15_000_000_000) == 32_000_000_000)
    for clock in [0, 1, 7, 32, 1_000_003] {
      let host = ratio.hostClocks(dramClocks: clock)
      #expect(ratio.dramClocks(hostClocks: host) >= clock)
      if host > 0 { #expect(ratio.dramClocks(hostClocks: host - 1) < clock) }
    }
    #expect(ratio.dramClocks(hostClocks: Int.max) == Int.max)
  }

  @Test func `a latency's percentile is its nearest rank`() throws {
    let requests = (0..<200).map { Request(address: $0 * 16_384, byteCount: 32, kind: .read, arrival: 400 * $0) }
    let recording = try Recording.events(requests, ChannelConfiguration())
    let sorted = recording.completions.map { $0.dataEnd - $0.accepted }.sorted()
    let latency = recording.report.readLatency
    for (share, rank) in [(0.5, 100), (0.9, 180), (0.99, 198), (0.999, 200), (1.0, 200), (0.0, 1)] {
      #expect(latency.percentile(share) == sorted[rank - 1], "\(share)")
    }
    #expect(latency.smallestClocks == sorted[0])
    #expect(latency.largestClocks == sorted[199])
    #expect(latency.meanClocks == Double(sorted.reduce(0, +)) / 200)
  }

  @Test func `a pair gives each channel its bursts`() throws {
    let pair = try ChannelPair()
    pair.submit(Request(address: 32, byteCount: 96, kind: .write, oneCount: 90))
    pair.submit(Request(address: 0, byteCount: 32, kind: .read))
    let report = pair.finish()
    #expect(report.writes == 3)
    #expect(report.reads == 1)
    #expect(report.banks.count == 16)
    #expect(report.banks[0].writes == 1)
    #expect(report.banks[8].writes == 2)
    #expect(report.stateClocks.total == 2 * report.cycles)
  }
}
