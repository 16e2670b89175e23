/// Looks for timing rows that cannot be or that contradict one another.
enum ConstraintCheck {
  /// The first contradiction, or nil.
  static func problem(_ rows: [TimingConstraint]) -> StandardError? {
    for (index, row) in rows.enumerated() {
      guard (0...100_000_000).contains(row.clocks) else {
        return StandardError(.row, "\(row.name)", found: row.clocks, "0...100000000 clocks")
      }
      guard row.count == 1 || (row.count == 4 && row.from == .activate && row.to == .activate && row.scope == .channel)
      else {
        return StandardError(.row, "\(row.name)", found: row.count, "count 1, or 4 from ACT to ACT in the channel")
      }
      guard row.scope == .channel || (row.from.namesBank && row.to.namesBank) else {
        return StandardError(.row, "\(row.name)", found: row.clocks, "commands that name a bank")
      }
      // Two numbers for one rule: nobody can say which is meant.
      for other in rows[..<index]
      where other.from == row.from && other.to == row.to && other.scope == row.scope && other.count == row.count
        && other.clocks != row.clocks
      {
        return StandardError(.contradiction, "\(row.name) twice", found: row.clocks, "\(other.clocks)")
      }
    }
    return shortCut(rows)
  }

  /// Rows so long that a refresh leaves no time for a request before the next: nothing would ever be served.
  static func starvation(
    _ rows: [TimingConstraint], _ timing: TimingParameters, bankCount: Int
  ) -> StandardError? {
    func longest(_ from: (CommandKind) -> Bool, _ to: (CommandKind) -> Bool) -> Int {
      rows.reduce(0) { from($1.from) && to($1.to) ? max($0, $1.clocks) : $0 }
    }
    func isAwake(_ kind: CommandKind) -> Bool {
      kind.isColumn || kind == .activate || kind == .precharge || kind == .prechargeAll
    }
    let serve =
      longest({ $0 == .activate }, { $0.isColumn }) + longest({ $0.isColumn }, { $0.isColumn })
      + longest({ $0 == .activate }, { $0 == .activate })
    let ways: [(CommandKind, CommandKind, TimingParameter, Int)] = [
      (.prechargeAll, .refreshAll, .nREFI, timing[.nREFI]),
      (.precharge, .refreshBank, .nREFIpb, timing[.nREFIpb] * bankCount),
    ]
    for (close, refresh, parameter, time) in ways {
      let need =
        longest(isAwake, { $0 == close }) + longest(isAwake, { $0 == refresh })
        + longest({ $0 == refresh }, { $0 == .activate }) + serve
      guard time > need else {
        return StandardError(
          .contradiction, "\(parameter.name) against the rows of \(refresh.name)", found: timing[parameter],
          "more than \(parameter == .nREFI ? need : need / bankCount)")
      }
    }
    return nil
  }

  /// A row after which the data of two column commands would meet on the data bus.
  static func collision(_ rows: [TimingConstraint], _ timing: TimingParameters) -> StandardError? {
    func end(_ kind: CommandKind) -> Int { kind.isRead ? timing.readDataEnd : timing.writeDataEnd }
    for row in rows where row.from.isColumn && row.to.isColumn && row.scope == .channel && row.count == 1 {
      // The second data begins a burst before its end.
      let least = end(row.from) - (end(row.to) - timing[.nBurst])
      guard row.clocks >= least else {
        return StandardError(
          .contradiction, "\(row.name) against the data bus", found: row.clocks, "at least \(least)")
      }
    }
    return nil
  }

  /// A row that allows in one go what two others forbid: between ACT and ACT or REF of a bank lies a PRE.
  private static func shortCut(_ rows: [TimingConstraint]) -> StandardError? {
    func clocks(_ from: CommandKind, _ to: CommandKind, _ scope: TimingConstraint.Scope) -> Int? {
      rows.first { $0.from == from && $0.to == to && $0.scope == scope && $0.count == 1 }?.clocks
    }
    let ends: [(CommandKind, TimingConstraint.Scope)] = [
      (.activate, .bank), (.refreshBank, .bank), (.refreshAll, .channel), (.selfRefreshEntry, .channel),
    ]
    for (end, scope) in ends {
      guard let direct = clocks(.activate, end, scope), let open = clocks(.activate, .precharge, .bank),
        let close = clocks(.precharge, end, scope)
      else { continue }
      guard direct >= open + close else {
        return StandardError(
          .contradiction, "ACT-\(end.name) against ACT-PRE and PRE-\(end.name)", found: direct,
          "at least \(open + close)")
      }
    }
    guard let one = clocks(.activate, .activate, .channel) else { return nil }
    guard let window = rows.first(where: { $0.count == 4 }), window.clocks < one else { return nil }
    return StandardError(.contradiction, "\(window.name) against ACT-ACT", found: window.clocks, "at least \(one)")
  }
}
