/// Requests in, commands out: FR-FCFS over one device.
///
/// Time moves from event to event. `candidate…` is the command that starts next if no request is accepted before it:
/// every clock until then is one at which nothing may start, so that skipping them gives the clocks of a plain loop.
struct Controller {
  let timing: TimingParameters
  let map: AddressMap
  let bankCount: Int
  let burstBytes: Int
  let burstClocks: Int
  let readDataEnd: Int
  let writeDataEnd: Int
  let page: PagePolicy
  let queuePolicy: QueuePolicy
  let refresh: RefreshPolicy
  let power: PowerPolicy
  let hitCap: Int
  let readCapacity: Int
  let writeCapacity: Int
  let isSplit: Bool
  /// True where only refreshes of all banks, on time, can come between the banks' offers.
  let isSimple: Bool
  let isPerBank: Bool
  let refreshInterval: Int
  let hasPowerPolicy: Bool
  /// Idle clocks from which on it pays to look for a repeating stretch.
  let idleSpan: Int

  var device: DeviceState
  var queue: RequestQueue
  var counters: Counters
  var readLatency: LatencyHistogram
  var writeLatency: LatencyHistogram
  var observers = Observers()
  /// Somebody wants to see every command.
  var isObserved = false
  var ticking = TickState()

  let offers: FixedTable<Offer>
  var offerMask: UInt64 = 0
  /// Clock of the last column command or activate of each bank.
  let lastUse: FixedTable<Int>
  /// Row hits of each bank that overtook its oldest request.
  let bypasses: FixedTable<Int>
  var isDraining = false

  /// First clock at which something may happen.
  var now = 0
  /// First clock at which a request may be accepted.
  var nextAcceptance = 0
  var nextSequence = 0
  /// Refreshes behind us, done or slept through.
  var refreshIndex = 0
  /// Clock at which the next refresh falls due, and at which it can no longer be put off.
  var refreshDue: Int
  var refreshUrgent: Int
  var lastCommand = 0
  /// Clock at which a request was last accepted or served.
  var lastRequest = 0
  /// End of the last data burst.
  var dataEnd = 0
  /// Clock up to which background states are counted.
  var accounted = 0
  /// End of a refresh or auto-precharge that keeps the device active.
  var activeUntil = 0

  var candidateTime = Int.max
  var candidateKind = CommandKind.activate
  /// -1 for commands of the whole channel.
  var candidateBank = -1
  var candidateSequence = Int.max

  /// Options and map have been checked against the standard. `schedule` comes next.
  init(_ standard: Standard, _ options: ControllerOptions, _ map: AddressMap) {
    timing = standard.timing
    self.map = map
    bankCount = standard.organization.bankCount
    burstBytes = standard.organization.bytesPerBurst
    burstClocks = timing[.nBurst]
    readDataEnd = timing.readDataEnd
    writeDataEnd = timing.writeDataEnd
    page = options.page
    queuePolicy = options.queue
    refresh = options.refresh
    power = options.power
    hitCap = options.hitCap ?? Int.max
    switch options.queue {
    case .unified(let capacity): (readCapacity, writeCapacity, isSplit) = (capacity, capacity, false)
    case .split(let reads, let writes, _, _): (readCapacity, writeCapacity, isSplit) = (reads, writes, true)
    }
    if case .perBank = options.refresh { isPerBank = true } else { isPerBank = false }
    hasPowerPolicy = options.power != .none
    isSimple = !isSplit && !isPerBank && !hasPowerPolicy && options.refresh.postponed == 0
    refreshInterval = options.refresh.interval(timing) ?? 0
    let period = refreshInterval * (isPerBank ? bankCount : 1)
    idleSpan = refreshInterval == 0 ? Int.max : (isSimple ? 2 : 6) * period
    refreshDue = refreshInterval == 0 ? Int.max : refreshInterval
    refreshUrgent = refreshInterval == 0 ? Int.max : refreshInterval * (1 + options.refresh.postponed)
    device = DeviceState(standard, never: Controller.unused(options))
    queue = RequestQueue(
      capacity: isSplit ? readCapacity + writeCapacity : readCapacity, listCount: bankCount * (isSplit ? 2 : 1))
    counters = Counters(bankCount: bankCount)
    readLatency = LatencyHistogram()
    writeLatency = LatencyHistogram()
    offers = FixedTable(repeating: Offer(kind: .activate, sequence: 0, notBefore: 0), count: bankCount)
    lastUse = FixedTable(repeating: 0, count: bankCount)
    bypasses = FixedTable(repeating: 0, count: bankCount)
  }

  /// Gives the memory back; its owner calls this once, last. It changes nothing, but works in place.
  @unsafe
  mutating func free() {
    unsafe device.free()
    unsafe queue.free()
    unsafe counters.free()
    unsafe readLatency.free()
    unsafe writeLatency.free()
    unsafe offers.free()
    unsafe lastUse.free()
    unsafe bypasses.free()
  }

  /// Commands that a controller with these options never starts.
  private static func unused(_ options: ControllerOptions) -> [CommandKind] {
    var kinds: [CommandKind] = []
    if options.power.powerDownAfter == nil { kinds += [.powerDownEntry, .powerDownExit] }
    if options.power.selfRefreshAfter == nil { kinds += [.selfRefreshEntry, .selfRefreshExit] }
    switch options.refresh {
    case .none: kinds += [.refreshAll, .refreshBank]
    case .allBanks: kinds.append(.refreshBank)
    case .perBank: kinds.append(.refreshAll)
    }
    return kinds
  }

  /// Whether the queue takes another request of this direction.
  @inline(__always)
  func hasRoom(isWrite: Bool) -> Bool {
    guard isSplit else { return queue.count < readCapacity }
    return isWrite ? queue.writeCount < writeCapacity : queue.count - queue.writeCount < readCapacity
  }
}
