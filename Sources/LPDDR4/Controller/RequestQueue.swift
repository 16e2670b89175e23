/// Waiting requests, in lists by bank and (with split queues) direction, the oldest first; each list knows its oldest
/// row hit. Nothing is allocated after `init`.
///
/// Unchecked indices: lists are below `listCount`, made of a bank of the address map; entries are -1, which is asked
/// for, or what `init` and the lists themselves hold, below `capacity`; places of rows are masked. `append` is called
/// where the controller has room and `removeHit` where the list has a hit.
struct RequestQueue {
  let capacity: Int
  let listCount: Int
  private(set) var count = 0
  private(set) var writeCount = 0
  let entries: FixedTable<QueueEntry>
  let heads: FixedTable<Int32>
  private let tails: FixedTable<Int32>
  /// Oldest request of each list for the open row, or -1.
  let hits: FixedTable<Int32>
  private var unused: Int32 = 0
  /// Waiting requests by list and lowest row bits: where none is left, nobody needs to look for one.
  private let rowCounts: FixedTable<UInt32>
  private let rowMask: Int

  init(capacity: Int, listCount: Int) {
    self.capacity = capacity
    // Twice as many places as requests: few rows share one.
    rowMask = (1 << (Int.bitWidth - (2 * capacity - 1).leadingZeroBitCount)) - 1
    rowCounts = FixedTable(repeating: 0, count: listCount * (rowMask + 1))
    self.listCount = listCount
    entries = FixedTable(
      repeating: QueueEntry(
        sequence: 0, accepted: 0, tag: 0, row: 0, older: -1, younger: -1, column: 0, bank: 0, flags: []),
      count: capacity)
    for index in 0..<capacity - 1 { entries[index].younger = Int32(index + 1) }
    heads = FixedTable(repeating: -1, count: listCount)
    tails = FixedTable(repeating: -1, count: listCount)
    hits = FixedTable(repeating: -1, count: listCount)
  }

  /// Gives the memory back; its owner calls this once, last.
  @unsafe
  func free() {
    unsafe entries.free()
    unsafe heads.free()
    unsafe tails.free()
    unsafe hits.free()
    unsafe rowCounts.free()
  }

  /// Appends a request to a list; there is room. `entry.younger` and `entry.older` are filled in.
  @inline(__always)
  mutating func append(_ entry: QueueEntry, list: Int, openRow: Int) -> Int32 {
    let index = unused
    unused = unsafe entries[unchecked: Int(index)].younger
    let last = unsafe tails[unchecked: list]
    var placed = entry
    placed.younger = -1
    placed.older = last
    unsafe entries[unchecked: Int(index)] = placed
    if last >= 0 {
      unsafe entries[unchecked: Int(last)].younger = index
    } else {
      unsafe heads[unchecked: list] = index
    }
    unsafe tails[unchecked: list] = index
    if unsafe hits[unchecked: list] < 0, Int(entry.row) == openRow { unsafe hits[unchecked: list] = index }
    unsafe rowCounts[unchecked: rowPlace(list, entry.row)] &+= 1
    count &+= 1
    if entry.flags.contains(.write) { writeCount &+= 1 }
    return index
  }

  /// Takes a list's oldest row hit out and finds the next.
  @inline(__always)
  mutating func removeHit(list: Int) {
    let index = unsafe hits[unchecked: list]
    let entry = unsafe entries[unchecked: Int(index)]
    let (older, younger, row) = (entry.older, entry.younger, entry.row)
    if older >= 0 {
      unsafe entries[unchecked: Int(older)].younger = younger
    } else {
      unsafe heads[unchecked: list] = younger
    }
    if younger >= 0 {
      unsafe entries[unchecked: Int(younger)].older = older
    } else {
      unsafe tails[unchecked: list] = older
    }
    count &-= 1
    if entry.flags.contains(.write) { writeCount &-= 1 }
    unsafe entries[unchecked: Int(index)].younger = unused
    unused = index
    let remaining = rowPlace(list, row)
    unsafe rowCounts[unchecked: remaining] &-= 1
    let isLast = unsafe rowCounts[unchecked: remaining] == 0
    unsafe hits[unchecked: list] = isLast ? -1 : firstHit(from: younger, row: row)
  }

  @inline(__always)
  private func rowPlace(_ list: Int, _ row: Int32) -> Int {
    list &* (rowMask &+ 1) &+ (Int(row) & rowMask)
  }

  /// Finds a list's oldest request for `row`, which has just been opened.
  @inline(__always)
  mutating func open(_ row: Int, list: Int) {
    let row = Int32(truncatingIfNeeded: row)
    let isAbsent = unsafe rowCounts[unchecked: rowPlace(list, row)] == 0
    unsafe hits[unchecked: list] = isAbsent ? -1 : firstHit(from: heads[unchecked: list], row: row)
  }

  /// Forgets a list's row hit: its bank was closed.
  @inline(__always)
  mutating func close(list: Int) { unsafe hits[unchecked: list] = -1 }

  /// Whether a list holds a second request for the open row.
  @inline(__always)
  func hasFurtherHit(list: Int) -> Bool {
    let hit = unsafe entries[unchecked: Int(hits[unchecked: list])]
    return unsafe rowCounts[unchecked: rowPlace(list, hit.row)] > 1 && firstHit(from: hit.younger, row: hit.row) >= 0
  }

  @inline(__always)
  private func firstHit(from first: Int32, row: Int32) -> Int32 {
    var index = first
    while index >= 0, unsafe entries[unchecked: Int(index)].row != row {
      index = unsafe entries[unchecked: Int(index)].younger
    }
    return index
  }
}
