extension Controller {
  /// Clock at which an idle channel wants to be in self-refresh.
  private var selfRefreshClock: Int { power.selfRefreshAfter.map { lastRequest + $0 } ?? Int.max }

  /// The candidate of a sleeping channel: waking up for a request, for a refresh, or on the way to self-refresh.
  mutating func scheduleWaking() {
    let isDown = device.power == .powerDown
    let wake = queue.count > 0 ? now : isDown ? min(refreshDue, selfRefreshClock) : Int.max
    let kind = isDown ? CommandKind.powerDownExit : .selfRefreshExit
    setCandidate(kind, at: wake == Int.max ? wake : max(max(now, wake), device.earliest(kind)))
  }

  /// Puts falling asleep in the candidate's place where it comes first. Nothing waits.
  mutating func scheduleSleep() {
    let clock = selfRefreshClock
    if clock != Int.max {
      let kind = device.openBankCount > 0 ? CommandKind.prechargeAll : .selfRefreshEntry
      let time = max(max(now, clock), device.earliest(kind))
      if time < candidateTime { setCandidate(kind, at: time) }
    }
    guard let idle = power.powerDownAfter, now < clock else { return }
    let time = max(max(now, lastCommand + idle), device.earliest(.powerDownEntry))
    // A refresh that is due would wake the channel at once.
    if time < candidateTime, time < clock, time < refreshDue { setCandidate(.powerDownEntry, at: time) }
  }

  /// Adds the clocks since the last change of state to the state they were spent in.
  @inline(__always)
  mutating func account(to clock: Int) {
    let span = clock &- accounted
    guard span > 0 else { return }
    let finishing = max(0, min(clock, activeUntil) &- accounted)
    switch device.power {
    case .awake:
      let active = device.openBankCount > 0 ? span : finishing
      counters.add(active, to: Counters.Slot.active)
      counters.add(span - active, to: Counters.Slot.precharged)
    case .powerDown:
      let isActive = device.openBankCount > 0
      counters.add(finishing, to: Counters.Slot.active)
      counters.add(
        span - finishing, to: isActive ? Counters.Slot.activePowerDown : Counters.Slot.prechargedPowerDown)
    case .selfRefresh:
      counters.add(span, to: Counters.Slot.selfRefresh)
    }
    accounted = clock
  }
}
