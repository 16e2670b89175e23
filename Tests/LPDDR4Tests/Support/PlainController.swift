import LPDDR4

/// The default controller as its wording has it, clock by clock, with numbers written out: the oracle of the event
/// model.
struct PlainController {
  struct Waiting {
    var row: Int
    var bank: Int
    var isWrite: Bool
    var accepted: Int
    var isActivated = false
  }

  var capacity = 32
  private(set) var commands: [(clock: Int, name: String, bank: Int)] = []
  private(set) var ends: [Int] = []
  private(set) var latencies: [Int] = []
  private(set) var rowHits = 0
  private(set) var end = 0

  private var last: [String: Int] = [:]
  private var lastOfBank: [String: Int] = [:]
  private var activates = [-1_000, -1_000, -1_000, -1_000]
  private var rows = [Int?](repeating: nil, count: 8)
  private var busFree = 0

  init(capacity: Int = 32) { self.capacity = capacity }

  private func ago(_ name: String, _ bank: Int? = nil, _ clock: Int) -> Int {
    let time = bank.map { lastOfBank["\(name)\($0)"] } ?? last[name]
    return clock - ((time ?? -1_000_000))
  }

  private func mayStart(_ name: String, _ bank: Int, _ clock: Int) -> Bool {
    switch name {
    case "ACT":
      return ago("ACT", bank, clock) >= 129 && ago("ACT", clock) >= 16 && clock - activates[0] >= 64
        && ago("PRE", bank, clock) >= 37 && ago("PREA", clock) >= 43 && ago("REFab", clock) >= 596
    case "RD": return ago("ACT", bank, clock) >= 39 && ago("RD", clock) >= 8 && ago("WR", clock) >= 49
    case "WR": return ago("ACT", bank, clock) >= 39 && ago("WR", clock) >= 8 && ago("RD", clock) >= 36
    case "PRE":
      return ago("ACT", bank, clock) >= 92 && ago("RD", bank, clock) >= 18 && ago("WR", bank, clock) >= 68
        && ago("PRE", clock) >= 4 && ago("PREA", clock) >= 4
    case "PREA":
      return ago("ACT", clock) >= 92 && ago("RD", clock) >= 18 && ago("WR", clock) >= 68 && ago("PRE", clock) >= 4
        && ago("PREA", clock) >= 4
    default:
      return ago("ACT", clock) >= 131 && ago("PRE", clock) >= 39 && ago("PREA", clock) >= 45
        && ago("REFab", clock) >= 598
    }
  }

  private func ago(_ name: String, _ clock: Int) -> Int { ago(name, nil, clock) }

  private mutating func start(_ name: String, _ bank: Int, row: Int = -1, _ clock: Int) {
    busFree = clock + (["ACT", "RD", "WR"].contains(name) ? 4 : 2)
    last[name] = clock
    if bank >= 0 { lastOfBank["\(name)\(bank)"] = clock }
    commands.append((clock, name, bank))
    switch name {
    case "ACT":
      activates = Array(activates.dropFirst()) + [clock]
      rows[bank] = row
    case "PRE": rows[bank] = nil
    case "PREA": rows = rows.map { _ in nil }
    default: break
    }
  }

  mutating func run(_ requests: [Request]) {
    var queue: [Waiting] = []
    var (next, clock, refreshes) = (0, 0, 1)
    while next < requests.count || !queue.isEmpty || clock < end {
      if next < requests.count, queue.count < capacity, requests[next].arrival <= clock {
        let address = requests[next].address
        queue.append(
          Waiting(
            row: address >> 14, bank: (address >> 11) & 7, isWrite: requests[next].kind == .write, accepted: clock))
        next += 1
      }
      if clock >= busFree {
        if clock >= refreshes * 8_328 {
          if rows.contains(where: { $0 != nil }) {
            if mayStart("PREA", -1, clock) { start("PREA", -1, clock) }
          } else if mayStart("REFab", -1, clock) {
            start("REFab", -1, clock)
            refreshes += 1
          }
        } else {
          choose(&queue, clock)
        }
      }
      clock += 1
    }
  }

  private mutating func choose(_ queue: inout [Waiting], _ clock: Int) {
    var best: (index: Int, name: String)?
    for bank in 0..<8 {
      let mine = queue.indices.filter { queue[$0].bank == bank }
      guard let oldest = mine.first else { continue }
      let hit = mine.first { queue[$0].row == rows[bank] }
      let index = hit ?? oldest
      let name = hit != nil ? (queue[index].isWrite ? "WR" : "RD") : rows[bank] == nil ? "ACT" : "PRE"
      if mayStart(name, bank, clock), best.map({ index < $0.index }) ?? true { best = (index, name) }
    }
    guard let best else { return }
    let request = queue[best.index]
    start(best.name, request.bank, row: request.row, clock)
    if best.name == "ACT" { queue[best.index].isActivated = true }
    guard best.name == "RD" || best.name == "WR" else { return }
    let dataEnd = clock + (request.isWrite ? 30 : 55)
    end = max(end, dataEnd)
    ends.append(dataEnd)
    if !request.isWrite { latencies.append(dataEnd - request.accepted) }
    if !request.isActivated { rowHits += 1 }
    queue.remove(at: best.index)
  }
}
