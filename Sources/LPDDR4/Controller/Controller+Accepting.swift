extension Controller {
  /// Accepts one burst at the first clock from `arrival` on at which there is room, after every command that starts
  /// before then.
  @inline(__always)
  mutating func submit(address: Int, flags: QueueEntry.Flags, arrival: Int, tag: Int) {
    var clock = max(nextAcceptance, arrival)
    let isWrite = flags.contains(.write)
    while true {
      if hasRoom(isWrite: isWrite) {
        guard candidateTime < clock else { break }
        if queue.count == 0, clock &- now > idleSpan { skipIdle(until: clock) }
        guard candidateTime < clock else { break }
        issueCandidate()
      } else {
        issueCandidate()
        // The place is free from the clock after the one on which the column command started.
        clock = max(clock, now)
      }
    }
    accept(address: address, flags: flags, tag: tag, at: clock)
  }

  /// Accepts a burst for which there is room, at a clock that is not before `nextAcceptance` and not after the
  /// candidate.
  @inline(__always)
  mutating func accept(address: Int, flags: QueueEntry.Flags, tag: Int, at clock: Int) {
    let place = map.location(address)
    let list = isSplit && flags.contains(.write) ? bankCount + place.bank : place.bank
    let entry = QueueEntry(
      sequence: nextSequence, accepted: clock, tag: tag, row: Int32(truncatingIfNeeded: place.row), older: -1,
      younger: -1, column: UInt16(truncatingIfNeeded: place.column), bank: UInt8(truncatingIfNeeded: place.bank),
      flags: flags)
    nextSequence &+= 1
    let index = queue.append(entry, list: list, openRow: device.openRow(place.bank))
    now = max(now, clock)
    nextAcceptance = clock &+ 1
    lastRequest = clock
    guard isSimple else {
      lastCommand = max(lastCommand, clock)
      chooseDirection()
      updateOffer(place.bank)
      schedule()
      return
    }
    // A request behind others of its bank changes nothing unless it is the first hit.
    guard unsafe queue.heads[unchecked: list] == index || queue.hits[unchecked: list] == index else { return }
    updateOffer(place.bank)
    if candidateBank == place.bank {
      schedule()
    } else {
      let offer = unsafe offers[unchecked: place.bank]
      let time = max(max(now, offer.notBefore), device.earliest(offer.kind, bank: place.bank))
      if time < refreshUrgent, time < candidateTime || (time == candidateTime && offer.sequence < candidateSequence) {
        candidateTime = time
        candidateKind = offer.kind
        candidateBank = place.bank
        candidateSequence = offer.sequence
      }
    }
  }

  /// Starts every command that comes before `clock`.
  mutating func advance(to clock: Int) {
    while candidateTime < clock {
      if queue.count == 0, clock &- now > idleSpan { skipIdle(until: clock) }
      guard candidateTime < clock else { break }
      issueCandidate()
    }
  }

  /// Serves every waiting request, and starts what comes before the end of the last data.
  mutating func drain() {
    while queue.count > 0 { issueCandidate() }
    advance(to: dataEnd)
  }

  /// With split queues: turns to the writes or back to the reads.
  @inline(__always)
  mutating func chooseDirection() {
    guard isSplit else { return }
    let drains = queuePolicy.drains(
      isDraining: isDraining, reads: queue.count - queue.writeCount, writes: queue.writeCount)
    guard drains != isDraining else { return }
    isDraining = drains
    for bank in 0..<bankCount { updateOffer(bank) }
  }
}
