extension Controller {
  /// Puts a refresh, or the precharge before it, in the candidate's place where it comes first.
  @inline(__always)
  mutating func scheduleRefresh() {
    guard refreshInterval > 0 else { return }
    if isPerBank { return scheduleBankRefresh() }
    // Only waiting requests put a refresh off.
    let start = queue.count == 0 ? refreshDue : refreshUrgent
    if candidateTime >= start { scheduleRefreshAll(from: start) }
  }

  /// From `start` on only precharge-all and refresh may start.
  @inline(__always)
  mutating func scheduleRefreshAll(from start: Int) {
    let kind = device.openBankCount > 0 ? CommandKind.prechargeAll : .refreshAll
    setCandidate(kind, at: max(max(now, start), device.earliest(kind)))
  }

  private mutating func scheduleBankRefresh() {
    let bank = refreshIndex % bankCount
    let isWanted = queue.heads[bank] >= 0 || (isSplit && queue.heads[bankCount + bank] >= 0)
    let kind = device.openRow(bank) >= 0 ? CommandKind.precharge : .refreshBank
    let time = max(max(now, isWanted ? refreshUrgent : refreshDue), device.earliest(kind, bank: bank))
    if time <= candidateTime { setCandidate(kind, bank: bank, at: time) }
  }

  /// Counts a refresh that has started.
  @inline(__always)
  mutating func finishRefresh(_ clocks: Int, at clock: Int) {
    account(to: clock)
    activeUntil = max(activeUntil, clock + clocks)
    setRefreshIndex(refreshIndex + 1)
  }

  @inline(__always)
  mutating func setRefreshIndex(_ index: Int) {
    refreshIndex = index
    guard refreshInterval > 0 else { return }
    refreshDue = (index + 1) * refreshInterval
    refreshUrgent = refreshDue + refresh.postponed * refreshInterval
  }
}
