/// Finds entries by name in eight to twelve bytes an entry. Names are equal when their bytes are.
struct NamePlaces: Sendable {
  /// A hash table with open addressing: places from 1 on, 0 where there is none. At least half of it is free.
  private var slots: [UInt32]
  /// Of each entry's name: most other names are told apart by it, without a look at them.
  private var hashes: [UInt32] = []

  /// Room for `capacity` names; more make room for themselves.
  init(capacity: Int) {
    slots = [UInt32](repeating: 0, count: 1 << (Int.bitWidth - max(1, 2 * capacity - 1).leadingZeroBitCount))
    hashes.reserveCapacity(capacity)
  }

  /// The hash of a name. Seeded anew in each process: nobody can choose names that meet.
  static func hash(_ name: PlainText) -> UInt32 {
    var hasher = Hasher()
    var name = name
    // The hasher keeps none of the bytes.
    name.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    return UInt32(truncatingIfNeeded: hasher.finalize())
  }

  /// Adds the entry behind those added so far, whose name has that hash. False when its name is there already. Cost:
  /// constant on average.
  mutating func append(hash: UInt32, of entries: [IndexEntry]) -> Bool {
    let place = hashes.count
    if 2 * (place + 1) > slots.count { grow() }
    let slot = slot(hash, in: entries) { entries[place].name }
    guard slots[slot] == 0 else { return false }
    slots[slot] = UInt32(place + 1)
    hashes.append(hash)
    return true
  }

  /// Place of the entry with that name; nil when there is none.
  func place(of name: PlainText, in entries: [IndexEntry]) -> Int? {
    let found = slots[slot(NamePlaces.hash(name), in: entries) { name }]
    return found == 0 ? nil : Int(found) - 1
  }

  /// The slot of the name with that hash, or the free one where it belongs.
  private func slot(_ hash: UInt32, in entries: [IndexEntry], of name: () -> PlainText) -> Int {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if hashes[place] == hash, entries[place].name.utf8.elementsEqual(name().utf8) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: 2 * slots.count)
    // All of them differ: none needs a look at the names.
    for (place, hash) in hashes.enumerated() {
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(place + 1)
    }
  }
}
