extension Controller {
  /// Starts the candidate and finds the next.
  mutating func issueCandidate() {
    let (clock, bank) = (candidateTime, candidateBank)
    now = clock &+ 1
    lastCommand = clock
    switch candidateKind {
    case .activate: activate(bank, at: clock)
    case .precharge: precharge(bank, at: clock)
    case .prechargeAll: prechargeAll(at: clock)
    case .refreshAll, .refreshBank: refresh(bank, at: clock)
    case .powerDownEntry, .powerDownExit, .selfRefreshEntry, .selfRefreshExit: changePower(at: clock)
    default: column(bank, at: clock)
    }
    schedule()
  }

  @inline(__always)
  private mutating func report(_ kind: CommandKind, bank: Int, row: Int, column: Int, at clock: Int) {
    counters.count(kind)
    if isObserved, let observer = observers.onCommand {
      observer(IssuedCommand(kind: kind, bank: bank, row: row, column: column, clock: clock))
    }
  }

  @inline(__always)
  private mutating func activate(_ bank: Int, at clock: Int) {
    let list = activeList(bank)
    // A bank offers an activate only for its oldest request.
    let head = Int(unsafe queue.heads[unchecked: list])
    let row = Int(unsafe queue.entries[unchecked: head].row)
    unsafe queue.entries[unchecked: head].flags.insert(.activated)
    if device.openBankCount == 0 { account(to: clock) }
    device.start(.activate, bank: bank, row: row, at: clock)
    queue.open(row, list: list)
    if isSplit { queue.open(row, list: passiveList(bank)) }
    unsafe lastUse[unchecked: bank] = clock
    unsafe bypasses[unchecked: bank] = 0
    counters.count(bank: bank, Counters.BankSlot.activates)
    report(.activate, bank: bank, row: row, column: -1, at: clock)
    updateOffer(bank)
  }

  /// Forgets an open row before its bank is closed.
  @inline(__always)
  private mutating func close(_ bank: Int) {
    queue.close(list: bank)
    if isSplit { queue.close(list: bankCount + bank) }
  }

  @inline(__always)
  private mutating func precharge(_ bank: Int, at clock: Int) {
    let head = unsafe queue.heads[unchecked: activeList(bank)]
    // A precharge for a refresh or of an unused row is nobody's.
    if candidateSequence >= 0, head >= 0 { unsafe queue.entries[unchecked: Int(head)].flags.insert(.precharged) }
    if device.openBankCount == 1 { account(to: clock) }
    device.start(.precharge, bank: bank, row: -1, at: clock)
    close(bank)
    counters.count(bank: bank, Counters.BankSlot.precharges)
    report(.precharge, bank: bank, row: -1, column: -1, at: clock)
    updateOffer(bank)
  }

  private mutating func prechargeAll(at clock: Int) {
    account(to: clock)
    device.start(.prechargeAll, bank: 0, row: -1, at: clock)
    report(.prechargeAll, bank: -1, row: -1, column: -1, at: clock)
    for bank in 0..<bankCount {
      close(bank)
      updateOffer(bank)
    }
  }

  private mutating func refresh(_ bank: Int, at clock: Int) {
    device.start(candidateKind, bank: bank, row: -1, at: clock)
    if isPerBank {
      counters.count(bank: bank, Counters.BankSlot.refreshes)
      report(.refreshBank, bank: bank, row: -1, column: -1, at: clock)
      finishRefresh(timing[.nRFCpb], at: clock)
    } else {
      counters.add(device.earliest(.activate) - min(clock, max(refreshDue, 0)), to: Counters.Slot.refreshLoss)
      report(.refreshAll, bank: -1, row: -1, column: -1, at: clock)
      finishRefresh(timing[.nRFCab], at: clock)
    }
  }

  private mutating func changePower(at clock: Int) {
    account(to: clock)
    let isLeavingSelfRefresh = candidateKind == .selfRefreshExit
    device.start(candidateKind, bank: 0, row: -1, at: clock)
    report(candidateKind, bank: -1, row: -1, column: -1, at: clock)
    // The device refreshed itself; the schedule goes on with the next full interval.
    if isLeavingSelfRefresh, refreshInterval > 0 { setRefreshIndex(max(refreshIndex, clock / refreshInterval)) }
  }
}
