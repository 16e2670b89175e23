/// Banks, rows and timing rows of one channel: says when a command may start, and starts it.
///
/// The state knows no requests and decides nothing. `earliest` and `start` cost a few loads and stores for each timing
/// row of the command; nothing is allocated after `init`.
struct DeviceState {
  /// Ready times a bank has, and the channel before the first bank: one for each command, rounded up.
  static let stride = 16

  let bankCount: Int
  private(set) var power = PowerState.awake
  /// Banks with an open row.
  private(set) var openBankCount = 0
  /// First clock at which the command bus is free.
  private(set) var busFree = 0

  private let ready: UnsafeMutablePointer<Int>
  private let openRows: UnsafeMutablePointer<Int32>
  private let rules: UnsafeMutablePointer<CompiledRule>
  /// Where a command's rules begin: those of the channel, then those of the bank; the next command's after them.
  private let starts: UnsafeMutablePointer<Int32>
  private let busClocks: UnsafeMutablePointer<Int>
  /// The ready time of each command: commands that every row treats alike share one.
  private let slots: UnsafeMutablePointer<UInt8>
  /// Starts of the last four activates, for the window of four.
  private let activates: UnsafeMutablePointer<Int>
  private var activateIndex = 0
  private let windowClocks: Int

  /// A device at clock 0 with every bank closed. Commands that are `never` started need no ready times.
  init(_ standard: Standard, never: [CommandKind] = []) {
    bankCount = standard.organization.bankCount
    let kinds = CommandKind.allCases
    ready = .allocate(capacity: DeviceState.stride * (1 + bankCount))
    ready.initialize(repeating: 0, count: DeviceState.stride * (1 + bankCount))
    openRows = .allocate(capacity: bankCount)
    openRows.initialize(repeating: -1, count: bankCount)
    rules = .allocate(capacity: standard.constraints.count)
    starts = .allocate(capacity: 2 * kinds.count + 1)
    busClocks = .allocate(capacity: kinds.count)
    slots = .allocate(capacity: kinds.count)
    CompiledRule.shareSlots(standard.constraints, slots)
    activates = .allocate(capacity: 4)
    activates.initialize(repeating: DeviceState.longAgo, count: 4)
    windowClocks = standard.constraints.first { $0.count == 4 }?.clocks ?? 0
    var count = 0
    for kind in kinds {
      busClocks[Int(kind.rawValue)] = ConstraintTable.busClocks(kind)
      for scope in [TimingConstraint.Scope.channel, .bank] {
        starts[2 * Int(kind.rawValue) + (scope == .bank ? 1 : 0)] = Int32(count)
        for row in standard.constraints where row.from == kind && row.scope == scope && row.count == 1 {
          // The first command of a slot speaks for the others.
          let slot = slots[Int(row.to.rawValue)]
          guard slot == row.to.rawValue,
            kinds.contains(where: { slots[Int($0.rawValue)] == slot && !never.contains($0) })
          else { continue }
          rules[count] = CompiledRule(slot: Int32(row.to.rawValue), clocks: Int32(row.clocks))
          count += 1
        }
      }
    }
    starts[2 * kinds.count] = Int32(count)
  }

  /// Gives the memory back; its owner calls this once, last.
  func free() {
    ready.deallocate()
    openRows.deallocate()
    rules.deallocate()
    starts.deallocate()
    busClocks.deallocate()
    slots.deallocate()
    activates.deallocate()
  }

  /// A clock so far back that no rule reaches from it.
  private static let longAgo = -(1 << 40)

  /// The open row of a bank, or -1.
  @inline(__always)
  func openRow(_ bank: Int) -> Int { Int(openRows[bank]) }

  /// First clock at which the timing rows and the bus allow a command. `bank` matters for commands that name one.
  @inline(__always)
  func earliest(_ kind: CommandKind, bank: Int = 0) -> Int {
    let slot = Int(slots[Int(kind.rawValue)])
    return max(busFree, max(ready[slot], ready[DeviceState.stride &* (1 &+ bank) &+ slot]))
  }

  /// Starts a command that is allowed; `row` is read for an activate only.
  @inline(__always)
  mutating func start(_ kind: CommandKind, bank: Int, row: Int, at clock: Int) {
    let index = Int(kind.rawValue)
    busFree = clock &+ busClocks[index]
    let bankReady = ready + DeviceState.stride &* (1 &+ bank)
    var rule = Int(starts[2 &* index])
    let channelEnd = Int(starts[2 &* index &+ 1])
    let bankEnd = Int(starts[2 &* index &+ 2])
    while rule < channelEnd {
      let slot = Int(rules[rule].slot)
      ready[slot] = max(ready[slot], clock &+ Int(rules[rule].clocks))
      rule &+= 1
    }
    while rule < bankEnd {
      let slot = Int(rules[rule].slot)
      bankReady[slot] = max(bankReady[slot], clock &+ Int(rules[rule].clocks))
      rule &+= 1
    }
    switch kind {
    case .activate:
      openRows[bank] = Int32(truncatingIfNeeded: row)
      openBankCount &+= 1
      activates[activateIndex & 3] = clock
      activateIndex &+= 1
      ready[index] = max(ready[index], activates[activateIndex & 3] + windowClocks)
    case .precharge, .readPrecharge, .writePrecharge, .maskedWritePrecharge:
      if openRows[bank] >= 0 { openBankCount &-= 1 }
      openRows[bank] = -1
    case .prechargeAll:
      openRows.update(repeating: -1, count: bankCount)
      openBankCount = 0
    case .powerDownEntry: power = .powerDown
    case .selfRefreshEntry: power = .selfRefresh
    case .powerDownExit, .selfRefreshExit: power = .awake
    default: break
    }
  }

  /// Whether the states of bank and channel allow a command (JESD209-4, simplified state diagram).
  func allows(_ kind: CommandKind, bank: Int, row: Int) -> Bool {
    switch kind {
    case .powerDownExit: return power == .powerDown
    case .selfRefreshExit: return power == .selfRefresh
    default: guard power == .awake else { return false }
    }
    switch kind {
    case .activate, .refreshBank: return openRows[bank] < 0
    case .refreshAll, .selfRefreshEntry: return openBankCount == 0
    case .precharge, .prechargeAll, .powerDownEntry: return true
    default: return openRows[bank] == Int32(row)
    }
  }

  /// Clocks that the channel's rows ask for between two commands; 0 without a row.
  func clocks(from: CommandKind, to: CommandKind) -> Int {
    let (first, end) = (Int(starts[2 * Int(from.rawValue)]), Int(starts[2 * Int(from.rawValue) + 1]))
    let slot = Int32(slots[Int(to.rawValue)])
    return (first..<end).reduce(0) { rules[$1].slot == slot ? max($0, Int(rules[$1].clocks)) : $0 }
  }

  /// All times as they matter from `clock` on, for comparing states: what lies behind counts as 0.
  func appendTimes(since clock: Int, to list: inout [Int]) {
    for index in 0..<DeviceState.stride * (1 + bankCount) { list.append(max(0, ready[index] - clock)) }
    for index in 0..<4 {
      list.append(max(0, activates[(activateIndex + index) & 3] + windowClocks - clock))
    }
    for bank in 0..<bankCount { list.append(Int(openRows[bank])) }
    list.append(max(0, busFree - clock))
    list.append(Int(power.rawValue))
  }

  /// Moves every time by `clocks`.
  mutating func shift(by clocks: Int) {
    for index in 0..<DeviceState.stride * (1 + bankCount) { ready[index] += clocks }
    for index in 0..<4 { activates[index] += clocks }
    busFree += clocks
  }
}
