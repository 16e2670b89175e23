/// The running counts of a controller: one block of integers, so that a stretch of time can be added several times.
///
/// Unchecked indices: slots are named in `Slot` and `BankSlot`, kinds come first among them, and the table has a stride
/// for each bank of the address map.
struct Counters {
  /// Where a count lies in the block; the counts of the banks follow.
  enum Slot {
    /// One for each command.
    static let commands = 0
    static let active = 16
    static let precharged = 17
    static let activePowerDown = 18
    static let prechargedPowerDown = 19
    static let selfRefresh = 20
    /// Clocks from a refresh falling due to the first activate that it allows.
    static let refreshLoss = 21
    static let readOnes = 22
    static let writeOnes = 23
    /// Bits whose ones were given.
    static let readBitsGiven = 24
    static let writeBitsGiven = 25
    static let maskedWrites = 26
    static let banks = 32
  }

  enum BankSlot {
    static let activates = 0
    static let precharges = 1
    static let reads = 2
    static let writes = 3
    static let rowMisses = 4
    static let rowConflicts = 5
    static let refreshes = 6
    static let stride = 8
  }

  let count: Int
  private let bankCount: Int
  private let values: FixedTable<Int>

  init(bankCount: Int) {
    self.bankCount = bankCount
    count = Slot.banks + BankSlot.stride * bankCount
    values = FixedTable(repeating: 0, count: count)
  }

  /// Gives the memory back; its owner calls this once, last.
  @unsafe
  func free() { unsafe values.free() }

  @inline(__always)
  mutating func add(_ amount: Int, to slot: Int) { unsafe values[unchecked: slot] &+= amount }

  @inline(__always)
  mutating func count(_ kind: CommandKind) { unsafe values[unchecked: Int(kind.rawValue)] &+= 1 }

  @inline(__always)
  mutating func count(bank: Int, _ slot: Int, _ amount: Int = 1) {
    unsafe values[unchecked: Slot.banks &+ BankSlot.stride &* bank &+ slot] &+= amount
  }

  @inline(__always)
  subscript(slot: Int) -> Int { values[slot] }

  func commands(_ kind: CommandKind) -> Int { values[Int(kind.rawValue)] }

  mutating func reset() { values.update(repeating: 0) }

  /// All counts, to compare with later.
  func snapshot() -> [Int] { (0..<count).map { values[$0] } }

  /// Adds what was counted since `snapshot` another `times` times.
  mutating func repeatSince(_ snapshot: [Int], times: Int) {
    for index in 0..<count { values[index] &+= (values[index] - snapshot[index]) &* times }
  }

  func bank(_ bank: Int) -> BankCounts {
    let base = Slot.banks + BankSlot.stride * bank
    let (reads, writes) = (values[base + BankSlot.reads], values[base + BankSlot.writes])
    let (misses, conflicts) = (values[base + BankSlot.rowMisses], values[base + BankSlot.rowConflicts])
    return BankCounts(
      activates: values[base + BankSlot.activates], precharges: values[base + BankSlot.precharges], reads: reads,
      writes: writes, rowHits: reads + writes - misses - conflicts, rowMisses: misses, rowConflicts: conflicts,
      refreshes: values[base + BankSlot.refreshes])
  }

  var stateClocks: StateClocks {
    StateClocks(
      active: values[Slot.active], precharged: values[Slot.precharged],
      activePowerDown: values[Slot.activePowerDown], prechargedPowerDown: values[Slot.prechargedPowerDown],
      selfRefresh: values[Slot.selfRefresh])
  }
}
