import LPDDR4

/// Checks a command trace against the timing rows, the command bus, the data bus and the states of the banks; knows
/// nothing of how the commands were chosen.
struct CommandChecker {
  let standard: Standard
  private var rowsByTarget: [[TimingConstraint]]
  private var last: [[Int]]
  private var channelLast: [Int]
  private var activates: [Int] = []
  private var open: [Int?]
  private var isDown = false
  private var isRefreshing = false
  private var busFree = 0
  private var dataFree = 0
  private static let never = Int.min / 4

  init(_ standard: Standard) {
    self.standard = standard
    rowsByTarget = CommandKind.allCases.map { kind in standard.constraints.filter { $0.to == kind } }
    let count = CommandKind.allCases.count
    last = Array(
      repeating: Array(repeating: CommandChecker.never, count: count), count: standard.organization.bankCount)
    channelLast = Array(repeating: CommandChecker.never, count: count)
    open = Array(repeating: nil, count: standard.organization.bankCount)
  }

  /// The first thing wrong with a trace, or nil.
  static func problem(_ commands: [IssuedCommand], _ standard: Standard) -> String? {
    var checker = CommandChecker(standard)
    for command in commands {
      if let problem = checker.take(command) { return "\(command): \(problem)" }
    }
    return nil
  }

  private mutating func take(_ command: IssuedCommand) -> String? {
    let clock = command.clock
    guard clock >= busFree else { return "the bus is taken until \(busFree)" }
    for row in rowsByTarget[Int(command.kind.rawValue)] {
      let from = Int(row.from.rawValue)
      let time: Int
      if row.count > 1 {
        time = activates.count >= row.count ? activates[activates.count - row.count] : CommandChecker.never
      } else {
        time = row.scope == .bank ? last[command.bank][from] : channelLast[from]
      }
      guard clock - time >= row.clocks else { return "\(row.name): \(clock - time) of \(row.clocks) clocks" }
    }
    if let problem = state(command) { return problem }
    busFree = clock + ConstraintTable.busClocks(command.kind)
    channelLast[Int(command.kind.rawValue)] = clock
    if command.bank >= 0 { last[command.bank][Int(command.kind.rawValue)] = clock }
    if command.kind == .activate { activates = activates.suffix(3) + [clock] }
    return data(command)
  }

  private mutating func state(_ command: IssuedCommand) -> String? {
    switch command.kind {
    case .powerDownExit:
      guard isDown else { return "not in power-down" }
      isDown = false
      return nil
    case .selfRefreshExit:
      guard isRefreshing else { return "not in self-refresh" }
      isRefreshing = false
      return nil
    default: guard !isDown, !isRefreshing else { return "asleep" }
    }
    switch command.kind {
    case .activate:
      guard open[command.bank] == nil else { return "a row is open" }
      open[command.bank] = command.row
    case .precharge:
      guard open[command.bank] != nil else { return "nothing to precharge" }
      open[command.bank] = nil
    case .prechargeAll: open = open.map { _ in nil }
    case .refreshAll, .selfRefreshEntry:
      guard open.allSatisfy({ $0 == nil }) else { return "a row is open" }
      isRefreshing = command.kind == .selfRefreshEntry
    case .refreshBank: guard open[command.bank] == nil else { return "a row is open" }
    case .powerDownEntry: isDown = true
    default:
      guard open[command.bank] == command.row else { return "the row is not open" }
      if command.kind.hasAutoPrecharge { open[command.bank] = nil }
    }
    return nil
  }

  private mutating func data(_ command: IssuedCommand) -> String? {
    guard command.kind.isColumn else { return nil }
    let timing = standard.timing
    let end = command.clock + (command.kind.isRead ? timing.readDataEnd : timing.writeDataEnd)
    guard end - timing[.nBurst] >= dataFree else { return "the data bus is taken until \(dataFree)" }
    dataFree = end
    return nil
  }

  /// Checks that as many refreshes were made as fell due, less those that may be put off; for all-bank refresh without
  /// self-refresh.
  static func refreshProblem(_ commands: [IssuedCommand], _ standard: Standard, postponed: Int) -> String? {
    let interval = standard.timing[.nREFI]
    let refreshes = commands.filter { $0.kind == .refreshAll }
    for (index, refresh) in refreshes.enumerated() {
      let due = (index + 1) * interval
      guard refresh.clock >= due else { return "refresh \(index + 1) at \(refresh.clock) before it is due" }
      guard refresh.clock < due + (postponed + 1) * interval else { return "refresh \(index + 1) is late" }
    }
    return nil
  }
}
