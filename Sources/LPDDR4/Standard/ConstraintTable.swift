/// The timing rows of JESD209-4 as data, derived from the parameters.
///
/// JEDEC's times run to the last clock of each command; a 4-clock and a 2-clock command therefore add or subtract 2.
public enum ConstraintTable {
  private typealias Row = TimingConstraint

  private static let reads: [CommandKind] = [.read, .readPrecharge]
  private static let writes: [CommandKind] = [.write, .writePrecharge, .maskedWrite, .maskedWritePrecharge]
  private static let plainWrites: [CommandKind] = [.write, .maskedWrite]
  private static let closingWrites: [CommandKind] = [.writePrecharge, .maskedWritePrecharge]
  private static let masked: [CommandKind] = [.maskedWrite, .maskedWritePrecharge]
  /// What needs every bank to be closed.
  private static let wholeChannel: [CommandKind] = [.refreshAll, .selfRefreshEntry]

  /// Clocks the command bus is taken (JESD209-4 command truth table; DRAMSys command lengths): 4 for ACT, RD, WR and
  /// MWR, 2 for PRE, REF and SREF; CKE is a pin of its own.
  public static func busClocks(_ kind: CommandKind) -> Int {
    switch kind {
    case .activate: 4
    case .powerDownEntry, .powerDownExit: 0
    case .precharge, .prechargeAll, .refreshAll, .refreshBank, .selfRefreshEntry, .selfRefreshExit: 2
    default: 4
    }
  }

  /// All rows for a set of parameters.
  public static func rows(_ t: TimingParameters) -> [TimingConstraint] {
    activateRows(t) + columnRows(t) + prechargeRows(t) + refreshRows(t) + powerRows(t)
  }

  private static func activateRows(_ t: TimingParameters) -> [TimingConstraint] {
    let core: Row.Note = "JESD209-4 core timing"
    var rows = (reads + writes).map {
      Row(.activate, $0, .bank, t[.nRCD], formula: "tRCD", source: "\(core); DRAMSys, micro schedule m1")
    }
    let open = t[.nRAS] + 2
    rows += [
      Row(.activate, .precharge, .bank, open, formula: "tRAS + 2", source: "\(core); micro schedule m2"),
      Row(.activate, .prechargeAll, .channel, open, formula: "tRAS + 2", source: "\(core); DRAMSys"),
      Row(.activate, .activate, .bank, t.nRCpb, formula: "tRAS + tRPpb", source: "\(core) (tRC); DRAMSys"),
      Row(.activate, .activate, .channel, t[.nRRD], formula: "tRRD", source: "\(core); AMD Versal MC"),
      Row(.activate, .activate, .channel, t[.nFAW], count: 4, formula: "tFAW", source: "\(core); AMD Versal MC"),
      Row(.activate, .refreshBank, .bank, t.nRCpb + 2, formula: "tRC + 2", source: "\(core) (tRC); DRAMSys"),
      Row(.activate, .refreshBank, .channel, t[.nRRD] + 2, formula: "tRRD + 2", source: "\(core); DRAMSys"),
    ]
    rows += wholeChannel.map {
      Row(.activate, $0, .channel, t.nRCpb + 2, formula: "tRC + 2", source: "\(core) (tRC); DRAMSys")
    }
    return rows
  }

  private static func columnRows(_ t: TimingParameters) -> [TimingConstraint] {
    let burst = t[.nBurst]
    let core: Row.Note = "JESD209-4 core timing"
    // An early set B write latency can make the difference negative; the data bus still takes a burst.
    let turnToWrite = max(burst, t[.nRL] + t[.nDQSCK] + burst + t[.nRPST] - t[.nWL] + t[.nWPRE])
    let turnToRead = t[.nWL] + 1 + burst + t[.nWTR]
    var rows: [TimingConstraint] = []
    for from in reads {
      rows += reads.map { Row(from, $0, .channel, burst, formula: "BL/2", source: "\(core) (tCCD); micro schedule m7") }
      rows += writes.map {
        Row(
          from, $0, .channel, turnToWrite, formula: "RL + tDQSCKmax + BL/2 + tRPST - WL + tWPRE",
          source: "JESD209-4 read to write; micro schedule m3")
      }
    }
    for from in writes {
      rows += writes.map { Row(from, $0, .channel, burst, formula: "BL/2", source: "\(core) (tCCD); DRAMSys") }
      rows += masked.map { Row(from, $0, .bank, t[.nCCDMW], formula: "tCCDMW", source: "\(core) (tCCDMW); DRAMSys") }
      rows += reads.map {
        Row(
          from, $0, .channel, turnToRead, formula: "WL + 1 + BL/2 + tWTR",
          source: "JESD209-4 write to read; micro schedule m4")
      }
    }
    rows += closingRows(t, [.read], [.readPrecharge], t.readToPrecharge, "tRTP + BL/2 - 6")
    rows += closingRows(t, plainWrites, closingWrites, t.writeToPrecharge, "WL + 1 + BL/2 + tWR + 2")
    return rows
  }

  /// From a column command to the precharge of its bank, and from one with auto-precharge to what the precharge allows.
  private static func closingRows(
    _ t: TimingParameters, _ plain: [CommandKind], _ closing: [CommandKind], _ clocks: Int, _ formula: Row.Note
  ) -> [TimingConstraint] {
    let source: Row.Note = "JESD209-4 precharge and auto-precharge clarification; DRAMSys"
    var rows: [TimingConstraint] = []
    for from in plain {
      rows.append(Row(from, .precharge, .bank, clocks, formula: formula, source: source))
    }
    for from in plain + closing {
      rows.append(Row(from, .prechargeAll, .channel, clocks, formula: formula, source: source))
    }
    for from in closing {
      let (activate, refresh) = (clocks + t[.nRPpb] - 2, clocks + t[.nRPpb])
      rows.append(Row(from, .activate, .bank, activate, formula: "\(formula) - 2 + tRPpb", source: source))
      rows.append(Row(from, .refreshBank, .bank, refresh, formula: "\(formula) + tRPpb", source: source))
      rows += wholeChannel.map { Row(from, $0, .channel, refresh, formula: "\(formula) + tRPpb", source: source) }
    }
    return rows
  }

  private static func prechargeRows(_ t: TimingParameters) -> [TimingConstraint] {
    let core: Row.Note = "JESD209-4 core timing"
    let closes: [CommandKind] = [.precharge, .prechargeAll]
    var rows = closes.flatMap { from in
      closes.map { Row(from, $0, .channel, t[.nPPD], formula: "tPPD", source: "\(core); DRAMSys, Ramulator 1") }
    }
    rows += [
      Row(.precharge, .activate, .bank, t[.nRPpb] - 2, formula: "tRPpb - 2", source: "\(core); micro schedule m2"),
      Row(.precharge, .refreshBank, .bank, t[.nRPpb], formula: "tRPpb", source: "\(core); DRAMSys"),
      Row(.prechargeAll, .activate, .channel, t[.nRPab] - 2, formula: "tRPab - 2", source: "\(core); DRAMSys"),
      Row(.prechargeAll, .refreshBank, .channel, t[.nRPab], formula: "tRPab", source: "\(core); DRAMSys"),
    ]
    rows += wholeChannel.map { Row(.precharge, $0, .channel, t[.nRPpb], formula: "tRPpb", source: "\(core); DRAMSys") }
    rows += wholeChannel.map {
      Row(.prechargeAll, $0, .channel, t[.nRPab], formula: "tRPab", source: "\(core); DRAMSys")
    }
    return rows
  }

  private static func refreshRows(_ t: TimingParameters) -> [TimingConstraint] {
    let source: Row.Note = "JESD209-4 refresh requirements; DRAMSys"
    let (all, bank) = (t[.nRFCab], t[.nRFCpb])
    var rows = [
      Row(.refreshAll, .activate, .channel, all - 2, formula: "tRFCab - 2", source: source),
      Row(.refreshAll, .refreshBank, .channel, all, formula: "tRFCab", source: source),
      Row(.refreshBank, .activate, .bank, bank - 2, formula: "tRFCpb - 2", source: source),
      Row(.refreshBank, .activate, .channel, t[.nRRD] - 2, formula: "tRRD - 2", source: source),
      Row(.refreshBank, .refreshBank, .bank, bank, formula: "tRFCpb", source: source),
      Row(
        .refreshBank, .refreshBank, .channel, t[.nPBR2PBR], formula: "tRFCpb or tpbR2pbR",
        source: "\(source); AMD Versal MC"),
      Row(.refreshBank, .prechargeAll, .channel, bank, formula: "tRFCpb", source: "JESD209-4 per-bank refresh"),
    ]
    for to in wholeChannel {
      rows.append(Row(.refreshAll, to, .channel, all, formula: "tRFCab", source: source))
      rows.append(Row(.refreshBank, to, .channel, bank, formula: "tRFCpb", source: source))
    }
    return rows
  }
}
