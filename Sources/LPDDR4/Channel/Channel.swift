/// One memory channel: a controller and its device.
///
/// Two faces over one model. The event face takes requests for byte ranges with `submit` and serves the rest with
/// `finish`. The tick face (`Channel+Ticking.swift`) takes bursts clock by clock, for simulators. Both give the same
/// commands on the same clocks. Memory is fixed by the configuration, whatever the number of requests.
public final class Channel {
  public let configuration: ChannelConfiguration
  var controller: Controller
  /// Clock of the last reset of the statistics.
  var origin = 0
  var ticking = TickState()

  /// Arrival clocks are at most this, so that no sum overflows.
  public static let clockLimit = 1 << 60

  /// A channel at clock 0 with every bank closed. Throws `StandardError` when options and standard do not fit.
  public init(_ configuration: ChannelConfiguration = ChannelConfiguration()) throws(StandardError) {
    let (standard, options) = (configuration.standard, configuration.options)
    if let problem = options.problem() { throw problem }
    let map = try AddressMap(options.mapping, standard.organization)
    self.configuration = configuration
    controller = Controller(standard, options, map)
    controller.schedule()
  }

  deinit { controller.free() }

  /// Bytes of one burst: what addresses and sizes of requests are multiples of.
  public var bytesPerBurst: Int { configuration.standard.organization.bytesPerBurst }

  /// Bytes of the channel.
  public var byteCount: Int { configuration.standard.organization.byteCount }

  /// Who watches; see `Observers`.
  public var observers: Observers {
    get { controller.observers }
    set {
      controller.observers = newValue
      controller.isObserved = !newValue.isEmpty
    }
  }

  /// Takes a request, burst by burst, and lets time pass until the last one is accepted.
  ///
  /// Requests are accepted in the order of the calls, at most one burst a clock. The range must lie in the channel and
  /// start and end on a burst; `arrival` is at most `clockLimit`. Cost: a few dozen nanoseconds a burst, less where rows
  /// are hit in a run.
  public func submit(_ request: Request) {
    let burst = controller.burstBytes
    precondition(request.address >= 0 && request.address % burst == 0, "address is not at a burst")
    precondition(request.byteCount > 0 && request.byteCount % burst == 0, "size is no number of bursts")
    precondition(request.byteCount <= byteCount - request.address, "range leaves the channel")
    precondition(request.arrival <= Channel.clockLimit, "arrival is too late")
    precondition(
      request.kind != .maskedWrite || configuration.standard.organization.burstLength == 16,
      "masked writes have 16 transfers")
    controller.submit(request)
  }

  /// Serves everything that waits and returns what happened since the last reset. More requests may follow.
  public func finish() -> ChannelReport {
    controller.drain()
    controller.account(to: controller.dataEnd)
    return report()
  }

  /// Takes all requests of a list and returns the report.
  public func run(_ requests: [Request]) -> ChannelReport {
    for request in requests { submit(request) }
    return finish()
  }

  /// What happened so far, without serving what waits.
  public func report() -> ChannelReport {
    let model = EnergyModel(
      parameters: configuration.energy, timing: configuration.standard.timing,
      organization: configuration.standard.organization)
    let counts = CommandKind.allCases.map { controller.counters.commands($0) }
    let columns = CommandKind.allCases.filter(\.isColumn).reduce(0) { $0 + counts[Int($1.rawValue)] }
    return ChannelReport(
      cycles: max(0, controller.dataEnd - origin), clockNanoseconds: configuration.standard.timing.clockNanoseconds,
      bytesPerBurst: bytesPerBurst, peakGigabytesPerSecond: configuration.standard.peakGigabytesPerSecond,
      commandCounts: counts, banks: (0..<controller.bankCount).map { controller.counters.bank($0) },
      stateClocks: controller.counters.stateClocks, readLatency: controller.readLatency.summary(),
      writeLatency: controller.writeLatency.summary(),
      refreshLossClocks: controller.counters[Counters.Slot.refreshLoss],
      dataClocks: columns * controller.burstClocks,
      commandClocks: CommandKind.allCases.reduce(0) {
        $0 + counts[Int($1.rawValue)] * ConstraintTable.busClocks($1)
      },
      energy: model.report(controller.counters))
  }

  /// Forgets all counts; time, rows and waiting requests stay.
  public func resetStatistics() {
    let clock = max(controller.now, controller.accounted)
    controller.account(to: clock)
    controller.counters.reset()
    controller.readLatency.reset()
    controller.writeLatency.reset()
    origin = clock
  }
}
