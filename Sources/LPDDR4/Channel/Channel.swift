/// One memory channel: a controller and its device.
///
/// Two faces over one model. The event face takes requests for byte ranges with `submit` and serves the rest with
/// `finish`. The tick face (`Channel+Ticking.swift`) takes bursts clock by clock, for simulators. Both give the same
/// commands on the same clocks. Memory is fixed by the configuration, whatever the number of requests.
@safe
public final class Channel {
  public let configuration: ChannelConfiguration
  /// Behind a pointer, so that no call pays for checks of exclusive access.
  private let memory: UnsafeMutablePointer<Controller>
  private let burstMask: Int
  /// Clock of the last reset of the statistics.
  private var origin = 0

  /// Arrival clocks are at most this, so that no sum overflows.
  public static let clockLimit = 1 << 60

  /// A channel at clock 0 with every bank closed. Throws `StandardError` when options and standard do not fit.
  public convenience init(_ configuration: ChannelConfiguration = ChannelConfiguration()) throws(StandardError) {
    if let problem = configuration.options.problem() { throw problem }
    self.init(configuration, map: try AddressMap(configuration.options.mapping, configuration.standard.organization))
  }

  /// Throws nothing: Embedded Swift loses the memory of an object whose initialiser throws.
  private init(_ configuration: ChannelConfiguration, map: AddressMap) {
    let (standard, options) = (configuration.standard, configuration.options)
    self.configuration = configuration
    burstMask = standard.organization.bytesPerBurst - 1
    byteCount = standard.organization.byteCount
    unsafe memory = .allocate(capacity: 1)
    unsafe memory.initialize(to: Controller(standard, options, map))
    core.schedule()
  }

  deinit {
    // Nobody holds the channel any more, so nobody reads the tables that go here.
    unsafe core.free()
    unsafe memory.deinitialize(count: 1)
    unsafe memory.deallocate()
  }

  /// The controller, from `init` to `deinit` the one value behind `memory`.
  ///
  /// Accesses never overlap: a channel belongs to one thread, and observers do not call back into it.
  @inline(__always)
  var core: Controller {
    _read { yield unsafe memory.pointee }
    _modify { yield unsafe &memory.pointee }
  }

  /// Bytes of one burst: what addresses and sizes of requests are multiples of.
  public var bytesPerBurst: Int { configuration.standard.organization.bytesPerBurst }

  /// Bytes of the channel.
  public let byteCount: Int

  /// Who watches; see `Observers`.
  public var observers: Observers {
    get { core.observers }
    set {
      core.observers = newValue
      core.isObserved = newValue.onCommand != nil
    }
  }

  /// Takes a request, burst by burst, and lets time pass until the last one is accepted.
  ///
  /// Requests are accepted in the order of the calls, at most one burst a clock. The range must lie in the channel and
  /// start and end on a burst; `arrival` is at most `clockLimit`. Cost: a few dozen nanoseconds a burst, less where rows
  /// are hit in a run.
  public func submit(_ request: Request) {
    precondition(request.address >= 0 && request.address & burstMask == 0, "address is not at a burst")
    precondition(request.byteCount > 0 && request.byteCount & burstMask == 0, "size is no number of bursts")
    precondition(request.byteCount <= byteCount - request.address, "range leaves the channel")
    precondition(request.arrival <= Channel.clockLimit, "arrival is too late")
    precondition(
      request.kind != .maskedWrite || configuration.standard.organization.burstLength == 16,
      "masked writes have 16 transfers")
    core.submit(request)
  }

  /// Serves everything that waits and returns what happened since the last reset. More requests may follow.
  public func finish() -> ChannelReport {
    core.drain()
    return report(until: core.dataEnd)
  }

  /// The report with everything that happens before `clock`.
  func report(until clock: Int) -> ChannelReport {
    core.advance(to: clock)
    core.account(to: clock)
    return report()
  }

  /// Takes all requests of a list and returns the report.
  public func run(_ requests: [Request]) -> ChannelReport {
    for request in requests { submit(request) }
    return finish()
  }

  /// What happened so far, without serving what waits.
  public func report() -> ChannelReport {
    // Clock by clock, everything before this clock has happened.
    if core.ticking.isCollecting { core.account(to: clock) }
    let model = EnergyModel(
      parameters: configuration.energy, timing: configuration.standard.timing,
      organization: configuration.standard.organization)
    let counts = CommandKind.allCases.map { core.counters.commands($0) }
    let columns = CommandKind.allCases.filter { $0.isColumn }.reduce(0) { $0 + counts[Int($1.rawValue)] }
    return ChannelReport(
      cycles: max(0, core.dataEnd - origin), clockNanoseconds: configuration.standard.timing.clockNanoseconds,
      bytesPerBurst: bytesPerBurst, peakGigabytesPerSecond: configuration.standard.peakGigabytesPerSecond,
      commandCounts: counts, banks: (0..<core.bankCount).map { core.counters.bank($0) },
      stateClocks: core.counters.stateClocks, readLatency: core.readLatency.summary(),
      writeLatency: core.writeLatency.summary(),
      refreshLossClocks: core.counters[Counters.Slot.refreshLoss],
      dataClocks: columns * core.burstClocks,
      commandClocks: CommandKind.allCases.reduce(0) {
        $0 + counts[Int($1.rawValue)] * ConstraintTable.busClocks($1)
      },
      energy: model.report(core.counters))
  }

  /// Forgets all counts; time, rows and waiting requests stay.
  public func resetStatistics() {
    let clock = max(core.now, core.accounted)
    core.account(to: clock)
    core.counters.reset()
    core.readLatency.reset()
    core.writeLatency.reset()
    origin = clock
  }
}
