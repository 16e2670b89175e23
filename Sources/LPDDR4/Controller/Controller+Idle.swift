extension Controller {
  /// Skips most of a long idle time: when two states a refresh period apart are alike, what happened between them
  /// happens again and again, and is counted without being done.
  ///
  /// Stops at least one period before `limit`; cost: a few periods.
  mutating func skipIdle(until limit: Int) {
    guard refreshInterval > 0, !isObserved else { return }
    let period = refreshInterval * (isPerBank ? bankCount : 1)
    if isSimple, offerMask == 0, candidateKind == .refreshAll, candidateTime == refreshDue {
      return skipRefreshes(until: limit)
    }
    guard limit - now > 6 * period else { return }
    var boundary = now + period
    runIdle(to: boundary)
    var before = relativeState(at: boundary)
    for _ in 0..<3 {
      guard limit - boundary > 2 * period else { return }
      let counts = counters.snapshot()
      boundary += period
      runIdle(to: boundary)
      let after = relativeState(at: boundary)
      if before == after {
        let times = (limit - boundary) / period - 1
        if times > 0 {
          counters.repeatSince(counts, times: times)
          shift(by: times * period)
        }
        return
      }
      before = after
    }
  }

  /// Counts the refreshes of a channel whose banks are closed and that does nothing else: each starts on the clock on
  /// which it falls due. The last one before `limit` is left to be done.
  private mutating func skipRefreshes(until limit: Int) {
    let times = (limit - 1 - candidateTime) / refreshInterval
    guard times > 0, device.clocks(from: .refreshAll, to: .refreshAll) <= refreshInterval else { return }
    let loss = max(
      device.clocks(from: .refreshAll, to: .activate), ConstraintTable.busClocks(.refreshAll))
    account(to: candidateTime)
    let clocks = times * refreshInterval
    let active = times * timing[.nRFCab]
    counters.add(times, to: Counters.Slot.commands + Int(CommandKind.refreshAll.rawValue))
    counters.add(active, to: Counters.Slot.active)
    counters.add(clocks - active, to: Counters.Slot.precharged)
    counters.add(times * loss, to: Counters.Slot.refreshLoss)
    accounted += clocks
    candidateTime += clocks
    setRefreshIndex(refreshIndex + times)
  }

  private mutating func runIdle(to clock: Int) {
    while candidateTime < clock { issueCandidate() }
    account(to: clock)
  }

  /// Everything that the future depends on, in clocks from `clock`; what lies behind counts as 0.
  private func relativeState(at clock: Int) -> [Int] {
    var list: [Int] = []
    device.appendTimes(since: clock, to: &list)
    for bank in 0..<bankCount {
      let isWaiting = device.openRow(bank) >= 0
      list.append(isWaiting ? max(0, (page.closingClock(lastUse: lastUse[bank]) ?? 0) - clock) : 0)
    }
    list.append(candidateTime == Int.max ? -1 : candidateTime - clock)
    list.append(Int(candidateKind.rawValue))
    list.append(refreshDue - clock)
    list.append(isPerBank ? refreshIndex % bankCount : 0)
    list.append(max(0, lastCommand + (power.powerDownAfter ?? 0) - clock))
    list.append(power.selfRefreshAfter.map { max(0, lastRequest + $0 - clock) } ?? 0)
    list.append(max(0, activeUntil - clock))
    return list
  }

  /// Moves the whole controller, whose queue is empty, by whole refresh periods.
  private mutating func shift(by clocks: Int) {
    device.shift(by: clocks)
    now += clocks
    lastCommand += clocks
    accounted += clocks
    activeUntil += clocks
    if candidateTime != Int.max { candidateTime += clocks }
    setRefreshIndex(refreshIndex + clocks / refreshInterval)
    for bank in 0..<bankCount {
      lastUse[bank] += clocks
      updateOffer(bank)
    }
  }
}
