extension ConstraintTable {
  /// Power-down and self-refresh. CKE changes on one clock, so a command of n clocks adds n - 1.
  static func powerRows(_ t: TimingParameters) -> [TimingConstraint] {
    let down: TimingConstraint.Note = "JESD209-4 power-down; DRAMSys"
    let refresh: TimingConstraint.Note = "JESD209-4 self-refresh; DRAMSys"
    var rows: [TimingConstraint] = []
    @inline(never)
    func add(
      _ from: CommandKind, _ to: CommandKind, _ clocks: Int, _ formula: TimingConstraint.Note,
      _ source: TimingConstraint.Note
    ) { rows.append(TimingConstraint(from, to, .channel, clocks, formula: formula, source: source)) }

    add(.activate, .powerDownEntry, 3 + t[.nCMDCKE], "3 + tCMDCKE", down)
    for from in [CommandKind.precharge, .prechargeAll, .refreshAll, .refreshBank] {
      add(from, .powerDownEntry, 1 + t[.nCMDCKE], "1 + tCMDCKE", down)
    }
    let readEnd = 3 + t[.nRL] + t[.nDQSCK] + t[.nBurst] + t[.nRPST]
    for from in [CommandKind.read, .readPrecharge] {
      add(from, .powerDownEntry, readEnd, "3 + RL + tDQSCKmax + BL/2 + tRPST", down)
    }
    let writeEnd = 3 + t[.nWL] + t[.nDQSS] + t[.nDQS2DQ] + t[.nBurst] + t[.nWR]
    for from in [CommandKind.write, .maskedWrite] {
      add(from, .powerDownEntry, writeEnd, "3 + WL + tDQSS + tDQS2DQ + BL/2 + tWR", down)
    }
    for from in [CommandKind.writePrecharge, .maskedWritePrecharge] {
      add(from, .powerDownEntry, writeEnd + 2, "3 + WL + tDQSS + tDQS2DQ + BL/2 + tWR + 2", down)
    }
    add(.powerDownEntry, .powerDownExit, t[.nCKE], "tCKE", down)
    add(.powerDownExit, .powerDownEntry, t[.nCKE], "tCKE", down)
    for to in CommandKind.allCases {
      switch to {
      case .powerDownEntry, .powerDownExit, .selfRefreshExit: continue
      default:
        add(.powerDownExit, to, t[.nXP], "tXP", down)
        add(.selfRefreshExit, to, t[.nXSR], "tXSR", refresh)
      }
    }
    add(.powerDownExit, .selfRefreshExit, t[.nXP], "tXP", down)
    add(.selfRefreshEntry, .selfRefreshExit, t[.nSR], "tSR", refresh)
    add(.selfRefreshEntry, .powerDownEntry, t[.nESCKE], "tESCKE", refresh)
    add(.selfRefreshExit, .powerDownEntry, t[.nXSR], "tXSR", refresh)
    return rows
  }
}
