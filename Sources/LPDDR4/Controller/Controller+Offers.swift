extension Controller {
  /// The list that a bank's offers come from.
  @inline(__always)
  func activeList(_ bank: Int) -> Int { isSplit && isDraining ? bankCount &+ bank : bank }

  /// Works out what a bank would like to start: its oldest row hit, else what its oldest request needs, else the
  /// closing of a row that nobody uses.
  ///
  /// Unchecked indices, here and in the controller's other parts: banks come from the address map, whose every bank is
  /// below `bankCount`, or from loops over the banks; entries from a list's head or hit that is not -1.
  #if hasFeature(Embedded)
    @inline(never)
  #else
    @inline(__always)
  #endif
  mutating func updateOffer(_ bank: Int) {
    let list = activeList(bank)
    let head = unsafe queue.heads[unchecked: list]
    let bit = UInt64(1) &<< UInt64(truncatingIfNeeded: bank)
    guard head >= 0 else {
      guard device.openRow(bank) >= 0, unsafe queue.hits[unchecked: passiveList(bank)] < 0,
        let clock = page.closingClock(lastUse: unsafe lastUse[unchecked: bank])
      else {
        offerMask &= ~bit
        return
      }
      offerMask |= bit
      unsafe offers[unchecked: bank] = Offer(kind: .precharge, sequence: Int.max - 1, notBefore: clock)
      return
    }
    offerMask |= bit
    let hit = unsafe queue.hits[unchecked: list]
    if hit >= 0, unsafe hit == head || bypasses[unchecked: bank] < hitCap {
      let entry = unsafe queue.entries[unchecked: Int(hit)]
      unsafe offers[unchecked: bank] = Offer(kind: columnKind(entry.flags), sequence: entry.sequence, notBefore: 0)
    } else {
      let kind = device.openRow(bank) < 0 ? CommandKind.activate : .precharge
      let sequence = unsafe queue.entries[unchecked: Int(head)].sequence
      unsafe offers[unchecked: bank] = Offer(kind: kind, sequence: sequence, notBefore: 0)
    }
  }

  /// The other direction's list of a bank; its only one where queues are not split.
  @inline(__always)
  func passiveList(_ bank: Int) -> Int { isSplit && !isDraining ? bankCount &+ bank : bank }

  @inline(__always)
  func columnKind(_ flags: QueueEntry.Flags) -> CommandKind {
    guard flags.contains(.write) else { return .read }
    return flags.contains(.masked) ? .maskedWrite : .write
  }

  /// Finds the next command: of the offers that may start first the one with the oldest request, unless a refresh or
  /// sleep comes before it.
  #if hasFeature(Embedded)
    @inline(never)
  #else
    @inline(__always)
  #endif
  mutating func schedule() {
    if isSimple {
      chooseOffer(refreshBank: -1)
      if candidateTime >= refreshUrgent { scheduleRefreshAll(from: refreshUrgent) }
      return
    }
    guard device.power == .awake else { return scheduleWaking() }
    chooseOffer(refreshBank: isPerBank ? refreshIndex % bankCount : -1)
    scheduleRefresh()
    if hasPowerPolicy, queue.count == 0 { scheduleSleep() }
  }

  /// Makes the offer that may start first the candidate, of several the one with the oldest request.
  @inline(__always)
  private mutating func chooseOffer(refreshBank: Int) {
    var time = Int.max
    var sequence = Int.max
    var bank = -1
    var kind = CommandKind.activate
    var mask = offerMask
    while mask != 0 {
      let index = mask.trailingZeroBitCount
      mask &= mask &- 1
      // Only banks have a bit in the mask.
      let offer = unsafe offers[unchecked: index]
      let start = max(max(now, offer.notBefore), device.earliest(offer.kind, bank: index))
      // From then on the bank whose turn it is takes its refresh and nothing else.
      if index == refreshBank, start >= refreshUrgent { continue }
      if start < time || (start == time && offer.sequence < sequence) {
        (time, sequence, bank, kind) = (start, offer.sequence, index, offer.kind)
      }
    }
    candidateTime = time
    candidateSequence = sequence
    candidateBank = bank
    candidateKind = kind
  }

  @inline(__always)
  mutating func setCandidate(_ kind: CommandKind, bank: Int = -1, at time: Int) {
    candidateTime = time
    candidateKind = kind
    candidateBank = bank
    candidateSequence = -1
  }
}
