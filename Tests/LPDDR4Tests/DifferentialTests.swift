import LPDDR4
import TestSupport
import Testing

/// The event face beside the tick face, under any standard and options.
@Suite struct FaceDifferentialTests {
  @Test func `both faces give the same commands, completions and statistics`() throws {
    for seed in Differential.seeds(600) {
      var random = SplitMix(seed: seed)
      let length = random.pick([16, 16, 32])
      let standard = try Standard.lpddr4(
        random.pick(SpeedGrade.allCases), density: random.pick([Density.gb4, .gb8, .gb16]), burstLength: length,
        writeLatency: random.pick([.a, .b]), hasReadDBI: Bool.random(using: &random),
        hasShortBankSpacing: Bool.random(using: &random))
      let options = RandomTests.options(&random)
      let configuration = ChannelConfiguration(standard: standard, options: options)
      let requests = RandomTests.requests(
        &random, count: random.pick([1, 5, 30, 60]), burst: 2 * length, longest: random.pick([1, 1, 30]))
      let events = try Recording.events(requests, configuration)
      let ticks = try Recording.ticks(requests, configuration)
      let leaps = try Recording.ticks(requests, configuration, leaps: true)
      guard
        [ticks, leaps].allSatisfy({
          $0.commands == events.commands && $0.sortedCompletions == events.sortedCompletions
            && $0.report == events.report
        }), try Channel(configuration).run(requests) == events.report
      else {
        Issue.record("WEFT_SEED=\(seed): the faces differ; \(options)")
        return
      }
    }
  }
}
