import LPDDR4
import Testing

/// Every timing row: refused one clock early, accepted on the clock.
@Suite struct GateTests {
  /// Commands that bring a fresh device to where `kind` makes sense in bank 0, and those that make `to` possible after
  /// `from`.
  static func preparation(for kind: CommandKind) -> [CommandKind] {
    switch kind {
    case .read, .readPrecharge, .write, .writePrecharge, .maskedWrite, .maskedWritePrecharge: [.activate]
    case .powerDownExit: [.powerDownEntry]
    case .selfRefreshExit: [.selfRefreshEntry]
    default: []
    }
  }

  /// What lies between two commands of bank 0 so that the second makes sense.
  static func between(_ from: CommandKind, _ to: CommandKind, sameBank: Bool) -> [CommandKind] {
    var steps: [CommandKind] = []
    let isOpen = from == .activate || (from.isColumn && !from.hasAutoPrecharge)
    if to == .powerDownExit { return from == .powerDownEntry ? [] : [.powerDownEntry] }
    if to == .selfRefreshExit { return from == .selfRefreshEntry ? [] : [.selfRefreshEntry] }
    if from == .powerDownEntry { steps.append(.powerDownExit) }
    if from == .selfRefreshEntry { steps.append(.selfRefreshExit) }
    let needsClosed =
      to == .refreshAll || to == .selfRefreshEntry || (sameBank && (to == .activate || to == .refreshBank))
    if isOpen, needsClosed { steps.append(.precharge) }
    if to.isColumn, !isOpen || !sameBank { steps.append(.activate) }
    return steps
  }

  @Test(arguments: SpeedGrade.allCases)
  func `each row alone holds a command back until its clock`(grade: SpeedGrade) throws {
    let preset = try Standard.lpddr4(grade)
    var tested = 0
    for row in preset.constraints where row.count == 1 {
      let alone = try Standard(
        organization: preset.organization, timing: preset.timing, constraints: [row])
      var device = Device(alone)
      var clock = 1_000
      for kind in GateTests.preparation(for: row.from) {
        try device.issue(kind, bank: 0, row: 5, at: clock)
        clock += 1_000
      }
      try device.issue(row.from, bank: 0, row: 5, at: clock)
      let start = clock
      let bank = row.scope == .bank || !row.to.namesBank ? 0 : 1
      for kind in GateTests.between(row.from, row.to, sameBank: bank == 0) {
        clock = device.earliest(kind, bank: bank)
        clock = max(clock, start)
        try device.issue(kind, bank: kind == .precharge ? 0 : bank, row: 5, at: clock)
      }
      let due = start + row.clocks
      if row.name == "SRE-PDE channel", row.clocks < 4 {
        // SRE and the SRX that must lie between take four clocks of the bus: below 4267 the row cannot be seen.
        #expect(device.earliest(row.to) == start + 4)
        tested += 1
        continue
      }
      #expect(device.earliest(row.to, bank: bank) == due, "\(row.name)")
      #expect(throws: Refusal.notBefore(due), "\(row.name)") {
        try device.issue(row.to, bank: bank, row: 5, at: due - 1)
      }
      try device.issue(row.to, bank: bank, row: 5, at: due)
      tested += 1
    }
    #expect(tested == preset.constraints.count { $0.count == 1 }, "\(tested) of \(preset.constraints.count) rows")
  }

  @Test func `the fifth activate waits for the window of four`() throws {
    var timing = Standard.lpddr4At4267.timing
    timing[.nFAW] = 90
    var device = Device(try Standard(organization: Organization(), timing: timing))
    for bank in 0..<4 { try device.issue(.activate, bank: bank, row: 1, at: 16 * bank) }
    #expect(throws: Refusal.notBefore(90)) { try device.issue(.activate, bank: 4, row: 1, at: 89) }
    try device.issue(.activate, bank: 4, row: 1, at: 90)
    #expect(device.earliest(.activate, bank: 5) == 106)
  }

  @Test func `a command does not start while another is on the bus`() throws {
    let none = try Standard(organization: Organization(), timing: Standard.lpddr4At4267.timing, constraints: [])
    for kind in CommandKind.allCases where ConstraintTable.busClocks(kind) > 0 {
      var device = Device(none)
      for step in GateTests.preparation(for: kind) { try device.issue(step, bank: 0, row: 1, at: 50) }
      try device.issue(kind, bank: 0, row: 1, at: 100)
      let free = 100 + ConstraintTable.busClocks(kind)
      let next: CommandKind = kind == .selfRefreshEntry ? .selfRefreshExit : .prechargeAll
      #expect(throws: Refusal.notBefore(free)) { try device.issue(next, at: free - 1) }
      try device.issue(next, at: free)
    }
  }

  @Test func `commands that make no sense are refused`() throws {
    var device = Device(.lpddr4At4267)
    #expect(throws: Refusal.state) { try device.issue(.read, bank: 0, row: 0, at: 10_000) }
    try device.issue(.activate, bank: 0, row: 3, at: 10_000)
    #expect(throws: Refusal.state) { try device.issue(.activate, bank: 0, row: 4, at: 20_000) }
    #expect(throws: Refusal.state) { try device.issue(.read, bank: 0, row: 4, at: 20_000) }
    #expect(throws: Refusal.state) { try device.issue(.refreshAll, at: 20_000) }
    #expect(throws: Refusal.state) { try device.issue(.refreshBank, bank: 0, at: 20_000) }
    #expect(throws: Refusal.state) { try device.issue(.powerDownExit, at: 20_000) }
    try device.issue(.powerDownEntry, at: 20_000)
    #expect(throws: Refusal.state) { try device.issue(.read, bank: 0, row: 3, at: 30_000) }
    try device.issue(.powerDownExit, at: 30_000)
    #expect(throws: Refusal.notBefore(30_016)) { try device.issue(.read, bank: 0, row: 3, at: 30_015) }
    try device.issue(.read, bank: 0, row: 3, at: 30_016)
  }

  /// The matrix of constraints at 4267: command, command, same bank, clocks.
  @Test(arguments: [
    (CommandKind.activate, CommandKind.read, true, 39), (.activate, .write, true, 39),
    (.activate, .precharge, true, 92), (.activate, .activate, true, 129), (.activate, .activate, false, 16),
    (.activate, .refreshAll, true, 131), (.read, .read, false, 8), (.read, .write, false, 36),
    (.read, .precharge, true, 18), (.readPrecharge, .activate, true, 55), (.write, .write, false, 8),
    (.write, .read, false, 49), (.write, .precharge, true, 68), (.writePrecharge, .activate, true, 105),
    (.write, .maskedWrite, true, 32), (.precharge, .activate, true, 37), (.prechargeAll, .activate, true, 43),
    (.precharge, .precharge, false, 4), (.precharge, .refreshAll, true, 39), (.prechargeAll, .refreshAll, true, 45),
    (.refreshAll, .activate, true, 596), (.refreshAll, .refreshAll, true, 598),
    (.refreshAll, .refreshBank, false, 598), (.refreshBank, .activate, true, 297),
    (.refreshBank, .activate, false, 14), (.refreshBank, .refreshBank, false, 299),
    (.powerDownEntry, .powerDownExit, true, 16), (.powerDownExit, .activate, true, 16),
    (.selfRefreshEntry, .selfRefreshExit, true, 32), (.selfRefreshExit, .activate, true, 614),
  ])
  func `the rows at 4267 are those of the matrix`(
    from: CommandKind, to: CommandKind, sameBank: Bool, clocks: Int
  ) {
    let rows = Standard.lpddr4At4267.constraints.filter {
      $0.from == from && $0.to == to && $0.count == 1 && (sameBank || $0.scope == .channel)
    }
    #expect(rows.map(\.clocks).max() == clocks)
    for row in rows {
      #expect(!row.source.isEmpty)
      #expect(!row.formula.isEmpty)
    }
  }
}
