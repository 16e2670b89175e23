import LPDDR4
import Testing

/// The oracle cases: what DRAMSys 5.0 gives for them, and how near we have to be.
@Suite struct OracleTests {
  struct Expected: Sendable {
    var cycles: Int
    var tolerance: Double
    var activates: Int
    var activateTolerance = 0.01
    var precharges: Int
    var refreshes: Int
    /// Core energy in nJ with the plain currents of LPDDR4-3200.
    var core: Double
  }

  static let expected: [String: Expected] = [
    "a_seq_read_8M": Expected(
      cycles: 2_289_127, tolerance: 0.005, activates: 4_494, activateTolerance: 0.05, precharges: 2_574,
      refreshes: 274, core: 316_208.1),
    "b_seq_write_8M": Expected(
      cycles: 2_302_609, tolerance: 0.005, activates: 4_484, precharges: 2_560, refreshes: 276, core: 246_187.5),
    "c_rw21_64K": Expected(
      cycles: 1_722_473, tolerance: 0.005, activates: 3_359, activateTolerance: 0.05, precharges: 1_924,
      refreshes: 206, core: 219_679.3),
    "d_3streams_stagger": Expected(
      cycles: 1_827_028, tolerance: 0.02, activates: 3_831, precharges: 2_341, refreshes: 219, core: 222_353.0),
    "e_rand_read_256M": Expected(
      cycles: 1_311_525, tolerance: 0.02, activates: 65_857, precharges: 65_107, refreshes: 157, core: 171_699.2),
    "f_stride_2K": Expected(
      cycles: 1_162_201, tolerance: 0.01, activates: 65_870, precharges: 65_207, refreshes: 139, core: 168_719.4),
    "g_bursts_gap": Expected(
      cycles: 524_059, tolerance: 0.005, activates: 546, precharges: 104, refreshes: 62, core: 44_258.8),
    "h_all_row_hits": Expected(
      cycles: 1_143_623, tolerance: 0.005, activates: 138, precharges: 137, refreshes: 137, core: 155_552.0),
    "i_lone_reads": Expected(
      cycles: 819_240, tolerance: 0.005, activates: 2_057, precharges: 2_056, refreshes: 98, core: 20_832.4),
  ]

  static func near(_ found: Int, _ expected: Int, _ tolerance: Double) -> Bool {
    abs(Double(found) - Double(expected)) <= tolerance * Double(expected)
  }

  @Test(arguments: OracleTrace.all)
  func `each oracle case is within its tolerance, and its trace passes the checker`(trace: OracleTrace) throws {
    let expected = Self.expected[trace.name]!
    let recording = try Recording.events(trace.requests, ChannelConfiguration())
    let report = recording.report
    #expect(Self.near(report.cycles, expected.cycles, expected.tolerance))
    #expect(Self.near(report.activates, expected.activates, expected.activateTolerance))
    #expect(Self.near(report.precharges, expected.precharges, 0.01))
    #expect(Self.near(report.refreshes, expected.refreshes, 0.01))
    #expect(report.reads + report.writes == trace.requests.count)
    #expect(report.rowHits + report.rowMisses + report.rowConflicts == trace.requests.count)
    #expect(report.stateClocks.total == report.cycles)
    #expect(CommandChecker.problem(recording.commands, .lpddr4At4267) == nil)
    #expect(CommandChecker.refreshProblem(recording.commands, .lpddr4At4267, postponed: 0) == nil)
  }

  @Test(arguments: OracleTrace.all)
  func `core energy at plain currents is what DRAMPower's accounting gives`(trace: OracleTrace) throws {
    let configuration = ChannelConfiguration(energy: EnergyParameters.lpddr4.withPlainCurrents)
    let report = try Channel(configuration).run(trace.requests)
    let expected = Self.expected[trace.name]!.core
    #expect(abs(report.energy.core / 1_000 - expected) <= 0.003 * expected, "\(report.energy)")
  }

  @Test(arguments: OracleTrace.all)
  func `runs, bursts and the tick face give the same commands, clocks and completions`(trace: OracleTrace) throws {
    // The tick face takes every clock; a part of each trace is enough in a build that is not optimised.
    #if DEBUG
      let count = 12_000
    #else
      let count = trace.requests.count
    #endif
    var part = trace
    part.requests = Array(trace.requests.prefix(count))
    let bursts = try Recording.events(part.requests, ChannelConfiguration())
    let runs = try Recording.events(part.runs, ChannelConfiguration())
    #expect(bursts == runs)
    #expect(try Channel().run(part.runs) == bursts.report)
    let ticks = try Recording.ticks(part.requests, ChannelConfiguration())
    #expect(ticks.commands == bursts.commands)
    #expect(ticks.sortedCompletions == bursts.sortedCompletions)
    #expect(ticks.report == bursts.report)
    let leaps = try Recording.ticks(part.requests, ChannelConfiguration(), leaps: true)
    #expect(leaps.commands == bursts.commands)
    #expect(leaps.sortedCompletions == bursts.sortedCompletions)
  }

  @Test(arguments: OracleTrace.all)
  func `the plain loop starts the same commands on the same clocks`(trace: OracleTrace) throws {
    #if DEBUG
      let count = 150
    #else
      let count = 4_000
    #endif
    let requests = Array(trace.requests.prefix(count))
    try RandomTests.comparePlain(requests, capacity: 32)
  }
}
