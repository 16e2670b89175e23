import LPDDR4
import Testing
import Traffic

@Suite struct ChannelTimeTests {
  private func network(cycles: Int = 100) -> TrafficNetwork {
    var network = Sizes.network(
      [("a", ["x"], "y", 70_000), ("b", ["y"], "z", 5_000), ("c", ["z", "y"], "out", 900_000)],
      ["x": 40_000, "y": 300_000, "z": 10_000, "out": 100])
    for index in network.layers.indices { network.layers[index].computeCycles = cycles }
    return network
  }

  private func options(_ activations: Int = 1 << 16, width: ChannelTime.Width = .x16) -> TrafficReport.Options {
    TrafficReport.Options(memory: MemorySizes(activationBytes: activations, weightBytes: 1 << 17), width: width)
  }

  @Test func `transfers cover every section as often as it moves, in pieces that lie in it`() throws {
    let plan = ResidencyPlan(network(), memory: options().memory, isRaw: false)
    let sequence = try TransferSequence(plan, channelBytes: 1 << 30)
    for (number, layer) in plan.layers.enumerated() {
      let moved = sequence.transfers.filter { $0.layer == number }
      let expected = layer.moves.reduce(0) { $0 + $1.burstBytes(burst: 32) }
      #expect(moved.reduce(0) { $0 + $1.byteCount } == expected)
      #expect(sequence.bytesOfLayer[number] == expected)
      let writes = layer.moves.filter(\.isWrite).reduce(0) { $0 + $1.burstBytes(burst: 32) }
      #expect(moved.filter(\.isWrite).reduce(0) { $0 + $1.byteCount } == writes)
    }
    for transfer in sequence.transfers {
      #expect(transfer.address % 32 == 0 && transfer.byteCount % 32 == 0 && (1...2048).contains(transfer.byteCount))
    }
    // What was written is read back from where it lies.
    let written = Set(sequence.transfers.filter { $0.layer == 0 && $0.isWrite }.map(\.address))
    let read = Set(sequence.transfers.filter { $0.layer == 1 && !$0.isWrite }.map(\.address))
    #expect(!written.isEmpty && written.isSubset(of: read))
  }

  @Test func `sums over layers are the totals`() throws {
    for width in ChannelTime.Width.allCases {
      let report = try TrafficReport(network(), options: options(width: width))
      #expect(report.layers.reduce(0) { $0 + $1.dramClocks } == report.channel.cycles)
      #expect(report.layers.reduce(0) { $0 + $1.rawDramClocks } == report.rawChannel.cycles)
      #expect(report.burstBytes == report.channel.report.readBytes + report.channel.report.writeBytes)
      #expect(report.rawBurstBytes > report.burstBytes)
      #expect(report.layers.reduce(0) { $0 + $1.computeCycles } == report.computeCycles)
      let shared = report.layers.reduce(0) { $0 + $1.energyPicojoules }
      #expect(abs(shared - report.energyPicojoules) < 1e-6 * report.energyPicojoules)
    }
  }

  @Test func `with unlimited compute the time is the channel's for the same requests`() throws {
    let report = try TrafficReport(network(cycles: 0), options: options())
    let plan = ResidencyPlan(network(), memory: options().memory, isRaw: false)
    let channel = try Channel()
    let alone = channel.run(
      try TransferSequence(plan, channelBytes: channel.byteCount).transfers.map {
        Request(address: $0.address, byteCount: $0.byteCount, kind: $0.isWrite ? .write : .read)
      })
    #expect(report.channel.cycles == alone.cycles)
    #expect(abs(report.nanoseconds - alone.nanoseconds) < 1e-6)
    #expect(report.bound == .memory && report.layers.allSatisfy { $0.burstBytes == 0 || $0.bound == .memory })
  }

  @Test func `with nothing to move the time is the array's`() throws {
    var silent = network(cycles: 1234)
    for name in silent.activations.keys {
      silent.activations[name]?.stored = StoredForm(payloadBits: 0)
      silent.activations[name]?.raw = StoredForm(payloadBits: 0)
    }
    for index in silent.layers.indices { silent.layers[index].weights = nil }
    let report = try TrafficReport(silent, options: options())
    #expect(report.nanoseconds == 3 * 1234)
    #expect(report.dramNanoseconds == 0 && report.stallNanoseconds == 0)
    #expect(report.bound == .compute)
  }

  @Test func `layers overlap compute and memory, and wait for the longer`() throws {
    let slow = try TrafficReport(network(cycles: 1 << 20), options: options())
    #expect(slow.nanoseconds == slow.computeNanoseconds && slow.stallNanoseconds == 0)
    let fast = try TrafficReport(network(cycles: 1), options: options())
    #expect(fast.nanoseconds > fast.computeNanoseconds)
    for layer in fast.layers { #expect(layer.nanoseconds == max(layer.arrayNanoseconds, layer.dramNanoseconds)) }
  }

  @Test func `two channels side by side are faster than one`() throws {
    let one = try TrafficReport(network(cycles: 0), options: options())
    let two = try TrafficReport(network(cycles: 0), options: options(width: .x32))
    #expect(two.burstBytes == one.burstBytes)
    #expect(two.nanoseconds < 0.6 * one.nanoseconds)
  }

  @Test func `a network larger than the channel is refused`() {
    let large = Sizes.network([("a", ["x"], "out", 1 << 30)], ["x": 1 << 29, "out": 8])
    #expect(throws: TrafficError.self) { try TrafficReport(large, options: options()) }
  }

  @Test(arguments: TraceDialect.allCases)
  func `each dialect is pinned`(dialect: TraceDialect) {
    let lines = dialect.line(address: 0x1F40, isWrite: false) + dialect.line(address: 32, isWrite: true)
    let expected: [TraceDialect: String] = [
      .dramsim3: "0x1f40 READ 0\n0x20 WRITE 0\n", .ramulator1: "0x1f40 R\n0x20 W\n",
      .ramulator2: "LD 0x1f40\nST 0x20\n", .dramsys: "0:\tread\t0x1f40\n0:\twrite\t0x20\n",
    ]
    #expect(lines == expected[dialect])
    let configuration = dialect.configuration(.lpddr4At4267)
    #expect((configuration != nil) == (dialect.configurationEnding != nil))
    if let configuration {
      #expect(configuration.contains("0.46875"))
      #expect(configuration.contains("LPDDR4"))
    }
  }
}
