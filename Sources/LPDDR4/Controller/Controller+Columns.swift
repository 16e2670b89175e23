extension Controller {
  /// Starts the column command of a bank's oldest row hit.
  @inline(__always)
  mutating func column(_ bank: Int, at clock: Int) {
    let list = activeList(bank)
    // A bank offers a column command only for a row hit.
    let index = unsafe queue.hits[unchecked: list]
    let entry = unsafe queue.entries[unchecked: Int(index)]
    let isWrite = entry.flags.contains(.write)
    var kind = candidateKind
    if closesRow(entry, bank: bank, list: list) {
      let closing: CommandKind = !isWrite ? .readPrecharge : kind == .write ? .writePrecharge : .maskedWritePrecharge
      if device.earliest(closing, bank: bank) <= clock { kind = closing }
    }
    let isOvertaking = unsafe queue.heads[unchecked: list] != index
    unsafe bypasses[unchecked: bank] = isOvertaking ? bypasses[unchecked: bank] + 1 : 0
    if kind.hasAutoPrecharge { account(to: clock) }
    device.start(kind, bank: bank, row: Int(entry.row), at: clock)
    queue.removeHit(list: list)
    if kind.hasAutoPrecharge {
      activeUntil = max(activeUntil, clock + (isWrite ? timing.writeToPrecharge : timing.readToPrecharge))
      queue.close(list: bank)
      if isSplit { queue.close(list: bankCount + bank) }
    }
    unsafe lastUse[unchecked: bank] = clock
    lastRequest = clock
    finish(entry, kind, bank: bank, at: clock)
    if isSplit { chooseDirection() }
    updateOffer(bank)
  }

  /// Whether a request's column command closes its row by itself.
  @inline(__always)
  private func closesRow(_ entry: QueueEntry, bank: Int, list: Int) -> Bool {
    if entry.flags.contains(.autoPrecharge) { return true }
    switch page {
    case .open, .timeout: return false
    case .closed, .strictlyClosed:
      let other = unsafe isSplit && queue.hits[unchecked: passiveList(bank)] >= 0
      return page.closes(hasFurtherHit: other || queue.hasFurtherHit(list: list))
    }
  }

  /// Counts a column command and tells when its data ends.
  @inline(__always)
  private mutating func finish(_ entry: QueueEntry, _ kind: CommandKind, bank: Int, at clock: Int) {
    let isWrite = entry.flags.contains(.write)
    let end = clock &+ (isWrite ? writeDataEnd : readDataEnd)
    dataEnd = max(dataEnd, end)
    counters.count(kind)
    if entry.flags.contains(.activated) {
      let isConflict = entry.flags.contains(.precharged)
      counters.count(bank: bank, isConflict ? Counters.BankSlot.rowConflicts : Counters.BankSlot.rowMisses)
    }
    if isWrite {
      counters.count(bank: bank, Counters.BankSlot.writes)
      writeLatency.record(end &- entry.accepted)
    } else {
      counters.count(bank: bank, Counters.BankSlot.reads)
      readLatency.record(end &- entry.accepted)
    }
    guard isObserved || ticking.isCollecting || observers.onCompletion != nil else { return }
    observers.onCommand?(
      IssuedCommand(kind: kind, bank: bank, row: Int(entry.row), column: Int(entry.column), clock: clock))
    let completion = Completion(
      tag: entry.tag, isWrite: isWrite, accepted: entry.accepted, started: clock, dataEnd: end)
    observers.onCompletion?(completion)
    if ticking.isCollecting { ticking.append(completion) }
  }
}
