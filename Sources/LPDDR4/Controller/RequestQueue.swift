/// Waiting requests, in lists by bank and (with split queues) direction, the oldest first; each list knows its oldest
/// row hit. Nothing is allocated after `init`.
struct RequestQueue {
  let capacity: Int
  let listCount: Int
  private(set) var count = 0
  private(set) var writeCount = 0
  let entries: UnsafeMutablePointer<QueueEntry>
  let heads: UnsafeMutablePointer<Int32>
  private let tails: UnsafeMutablePointer<Int32>
  /// Oldest request of each list for the open row, or -1.
  let hits: UnsafeMutablePointer<Int32>
  private var unused: Int32 = 0
  /// Waiting requests by list and lowest row bits: where none is left, nobody needs to look for one.
  private let rowCounts: UnsafeMutablePointer<UInt32>
  private let rowMask: Int

  init(capacity: Int, listCount: Int) {
    self.capacity = capacity
    // Twice as many places as requests: few rows share one.
    rowMask = (1 << (Int.bitWidth - (2 * capacity - 1).leadingZeroBitCount)) - 1
    rowCounts = .allocate(capacity: listCount * (rowMask + 1))
    rowCounts.initialize(repeating: 0, count: listCount * (rowMask + 1))
    self.listCount = listCount
    entries = .allocate(capacity: capacity)
    for index in 0..<capacity {
      let next = index + 1 < capacity ? Int32(index + 1) : -1
      (entries + index).initialize(
        to: QueueEntry(
          sequence: 0, accepted: 0, tag: 0, row: 0, older: -1, younger: next, column: 0, bank: 0, flags: []))
    }
    heads = .allocate(capacity: listCount)
    heads.initialize(repeating: -1, count: listCount)
    tails = .allocate(capacity: listCount)
    tails.initialize(repeating: -1, count: listCount)
    hits = .allocate(capacity: listCount)
    hits.initialize(repeating: -1, count: listCount)
  }

  /// Gives the memory back; its owner calls this once, last.
  func free() {
    entries.deallocate()
    heads.deallocate()
    tails.deallocate()
    hits.deallocate()
    rowCounts.deallocate()
  }

  /// Appends a request to a list; there is room. `entry.younger` and `entry.older` are filled in.
  @inline(__always)
  mutating func append(_ entry: QueueEntry, list: Int, openRow: Int) -> Int32 {
    let index = unused
    let place = entries + Int(index)
    unused = place.pointee.younger
    place.pointee = entry
    place.pointee.younger = -1
    place.pointee.older = tails[list]
    if tails[list] >= 0 { entries[Int(tails[list])].younger = index } else { heads[list] = index }
    tails[list] = index
    if hits[list] < 0, Int(entry.row) == openRow { hits[list] = index }
    rowCounts[rowPlace(list, entry.row)] &+= 1
    count &+= 1
    if entry.flags.contains(.write) { writeCount &+= 1 }
    return index
  }

  /// Takes a list's oldest row hit out and finds the next.
  @inline(__always)
  mutating func removeHit(list: Int) {
    let index = hits[list]
    let place = entries + Int(index)
    let (older, younger, row) = (place.pointee.older, place.pointee.younger, place.pointee.row)
    if older >= 0 { entries[Int(older)].younger = younger } else { heads[list] = younger }
    if younger >= 0 { entries[Int(younger)].older = older } else { tails[list] = older }
    count &-= 1
    if place.pointee.flags.contains(.write) { writeCount &-= 1 }
    place.pointee.younger = unused
    unused = index
    let remaining = rowPlace(list, row)
    rowCounts[remaining] &-= 1
    hits[list] = rowCounts[remaining] == 0 ? -1 : firstHit(from: younger, row: row)
  }

  @inline(__always)
  private func rowPlace(_ list: Int, _ row: Int32) -> Int {
    list &* (rowMask &+ 1) &+ (Int(row) & rowMask)
  }

  /// Finds a list's oldest request for `row`, which has just been opened.
  @inline(__always)
  mutating func open(_ row: Int, list: Int) {
    let row = Int32(truncatingIfNeeded: row)
    hits[list] = rowCounts[rowPlace(list, row)] == 0 ? -1 : firstHit(from: heads[list], row: row)
  }

  /// Forgets a list's row hit: its bank was closed.
  @inline(__always)
  mutating func close(list: Int) { hits[list] = -1 }

  /// Whether a list holds a second request for the open row.
  @inline(__always)
  func hasFurtherHit(list: Int) -> Bool {
    let hit = entries + Int(hits[list])
    return rowCounts[rowPlace(list, hit.pointee.row)] > 1
      && firstHit(from: hit.pointee.younger, row: hit.pointee.row) >= 0
  }

  @inline(__always)
  private func firstHit(from first: Int32, row: Int32) -> Int32 {
    var index = first
    while index >= 0, entries[Int(index)].row != row { index = entries[Int(index)].younger }
    return index
  }
}
