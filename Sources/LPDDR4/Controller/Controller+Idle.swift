extension Controller {
  /// Skips most of a long idle time: when two states a refresh period apart are alike, what happened between them
  /// happens again and again, and is counted without being done.
  ///
  /// Stops at least one period before `limit`; cost: a few periods.
  mutating func skipIdle(until limit: Int) {
    guard refreshInterval > 0, !isObserved else { return }
    let period = refreshInterval * (isPerBank ? bankCount : 1)
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
