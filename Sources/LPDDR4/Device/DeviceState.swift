/// Banks, rows and timing rows of one channel: says when a command may start, and starts it.
///
/// The state knows no requests and decides nothing. `earliest` and `start` cost a few loads and stores for each timing
/// row of the command; nothing is allocated after `init`.
///
/// Unchecked indices: banks are below `bankCount`, as `Device` and the controller's address map see to; `starts`,
/// `slots` and `rules` hold only what `init` wrote, with slots below `stride`.
struct DeviceState {
  /// Ready times a bank has, and the channel before the first bank: one for each command, rounded up.
  static let stride = 16

  let bankCount: Int
  private(set) var power = PowerState.awake
  /// Banks with an open row.
  private(set) var openBankCount = 0
  /// First clock at which the command bus is free.
  private(set) var busFree = 0

  private let ready: FixedTable<Int>
  private let openRows: FixedTable<Int32>
  private let rules: FixedTable<CompiledRule>
  /// Where a command's rules begin: those of the channel, then those of the bank; the next command's after them.
  private let starts: FixedTable<Int32>
  private let busClocks: FixedTable<Int>
  /// The ready time of each command: commands that every row treats alike share one.
  private let slots: FixedTable<UInt8>
  /// Starts of the last four activates, for the window of four.
  private let activates: FixedTable<Int>
  private var activateIndex = 0
  private let windowClocks: Int

  /// A device at clock 0 with every bank closed. Commands that are `never` started need no ready times.
  init(_ standard: Standard, never: [CommandKind] = []) {
    bankCount = standard.organization.bankCount
    let kinds = CommandKind.allCases
    ready = FixedTable(repeating: 0, count: DeviceState.stride * (1 + bankCount))
    openRows = FixedTable(repeating: -1, count: bankCount)
    rules = FixedTable(repeating: CompiledRule(slot: 0, clocks: 0), count: standard.constraints.count)
    starts = FixedTable(repeating: 0, count: 2 * kinds.count + 1)
    busClocks = FixedTable(repeating: 0, count: kinds.count)
    slots = FixedTable(repeating: 0, count: kinds.count)
    for (index, slot) in CompiledRule.sharedSlots(standard.constraints).enumerated() { slots[index] = slot }
    activates = FixedTable(repeating: DeviceState.longAgo, count: 4)
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
  @unsafe
  func free() {
    unsafe ready.free()
    unsafe openRows.free()
    unsafe rules.free()
    unsafe starts.free()
    unsafe busClocks.free()
    unsafe slots.free()
    unsafe activates.free()
  }

  /// A clock so far back that no rule reaches from it.
  private static let longAgo = -(1 << 40)

  /// The open row of a bank, or -1.
  @inline(__always)
  func openRow(_ bank: Int) -> Int { Int(unsafe openRows[unchecked: bank]) }

  /// First clock at which the timing rows and the bus allow a command. `bank` matters for commands that name one.
  @inline(__always)
  func earliest(_ kind: CommandKind, bank: Int = 0) -> Int {
    let slot = Int(unsafe slots[unchecked: Int(kind.rawValue)])
    let (channel, bank) = unsafe (
      ready[unchecked: slot], ready[unchecked: DeviceState.stride &* (1 &+ bank) &+ slot]
    )
    return max(busFree, max(channel, bank))
  }

  /// Starts a command that is allowed; `row` is read for an activate only.
  #if hasFeature(Embedded)
    @inline(never)
  #else
    @inline(__always)
  #endif
  mutating func start(_ kind: CommandKind, bank: Int, row: Int, at clock: Int) {
    let index = Int(kind.rawValue)
    unsafe busFree = clock &+ busClocks[unchecked: index]
    let bankStart = DeviceState.stride &* (1 &+ bank)
    var rule = Int(unsafe starts[unchecked: 2 &* index])
    let channelEnd = Int(unsafe starts[unchecked: 2 &* index &+ 1])
    let bankEnd = Int(unsafe starts[unchecked: 2 &* index &+ 2])
    while rule < channelEnd {
      unsafe delay(0, by: rules[unchecked: rule], from: clock)
      rule &+= 1
    }
    while rule < bankEnd {
      unsafe delay(bankStart, by: rules[unchecked: rule], from: clock)
      rule &+= 1
    }
    switch kind {
    case .activate:
      unsafe openRows[unchecked: bank] = Int32(truncatingIfNeeded: row)
      openBankCount &+= 1
      unsafe activates[unchecked: activateIndex & 3] = clock
      activateIndex &+= 1
      let window = unsafe activates[unchecked: activateIndex & 3] + windowClocks
      unsafe ready[unchecked: index] = max(ready[unchecked: index], window)
    case .precharge, .readPrecharge, .writePrecharge, .maskedWritePrecharge:
      if unsafe openRows[unchecked: bank] >= 0 { openBankCount &-= 1 }
      unsafe openRows[unchecked: bank] = -1
    case .prechargeAll:
      openRows.update(repeating: -1)
      openBankCount = 0
    case .powerDownEntry: power = .powerDown
    case .selfRefreshEntry: power = .selfRefresh
    case .powerDownExit, .selfRefreshExit: power = .awake
    default: break
    }
  }

  /// Holds the commands of a rule back; `start` is where the ready times of the channel or of a bank begin.
  @inline(__always)
  private func delay(_ start: Int, by rule: CompiledRule, from clock: Int) {
    let place = start &+ Int(rule.slot)
    unsafe ready[unchecked: place] = max(ready[unchecked: place], clock &+ Int(rule.clocks))
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
