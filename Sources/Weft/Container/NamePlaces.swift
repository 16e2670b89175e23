/// Finds entries by name in four to eight bytes an entry. Names are equal when their bytes are.
struct NamePlaces: Sendable {
  /// A hash table with open addressing: places from 1 on, 0 where there is none. At least half of it is free.
  private var slots: [UInt32]
  private var mask: Int { slots.count - 1 }

  /// Room for `capacity` names.
  init(capacity: Int) {
    slots = [UInt32](repeating: 0, count: 1 << (Int.bitWidth - max(1, 2 * capacity - 1).leadingZeroBitCount))
  }

  /// Adds the entry at `place`, which is the next one. False when its name is there already. Cost: constant on average.
  mutating func insert(_ place: Int, of entries: [IndexEntry]) -> Bool {
    if 2 * (place + 1) > slots.count {
      slots = [UInt32](repeating: 0, count: 2 * slots.count)
      for held in 0..<place { slots[slot(of: entries[held].name, in: entries)] = UInt32(held + 1) }
    }
    let slot = slot(of: entries[place].name, in: entries)
    guard slots[slot] == 0 else { return false }
    slots[slot] = UInt32(place + 1)
    return true
  }

  /// Place of the entry with that name; nil when there is none.
  func place(of name: PlainText, in entries: [IndexEntry]) -> Int? {
    let found = slots[slot(of: name, in: entries)]
    return found == 0 ? nil : Int(found) - 1
  }

  /// The slot of the name, or the free one where it belongs.
  private func slot(of name: PlainText, in entries: [IndexEntry]) -> Int {
    // The hash is seeded anew in each process: nobody can choose names that meet.
    var hasher = Hasher()
    var name = name
    // The hasher keeps none of the bytes.
    name.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    var slot = hasher.finalize() & mask
    while slots[slot] != 0, !entries[Int(slots[slot]) - 1].name.utf8.elementsEqual(name.utf8) {
      slot = (slot + 1) & mask
    }
    return slot
  }
}
