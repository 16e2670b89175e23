/// Finds entries by name in eight to twelve bytes an entry. Names are equal when their bytes are.
struct NamePlaces: Sendable {
  /// A hash table with open addressing: places from 1 on, 0 where there is none. At least half of it is free.
  private var slots: [UInt32]
  private let mask: Int
  /// Of each entry's name: most other names are told apart by it, without a look at them.
  private let hashes: [UInt32]

  /// Room for as many names as there are hashes, those of all entries.
  init(hashes: [UInt32]) {
    let count = 1 << (Int.bitWidth - max(1, 2 * hashes.count - 1).leadingZeroBitCount)
    slots = [UInt32](repeating: 0, count: count)
    mask = count - 1
    self.hashes = hashes
  }

  /// The hash of a name. Seeded anew in each process: nobody can choose names that meet.
  static func hash(_ name: String) -> UInt32 {
    var hasher = Hasher()
    var name = name
    // The hasher keeps none of the bytes.
    name.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    return UInt32(truncatingIfNeeded: hasher.finalize())
  }

  /// Adds the entry at `place`, at most as many as there is room for. False when its name is there already.
  mutating func insert(_ place: Int, of entries: [IndexEntry]) -> Bool {
    let slot = slot(hashes[place], in: entries) { entries[place].name }
    guard slots[slot] == 0 else { return false }
    slots[slot] = UInt32(place + 1)
    return true
  }

  /// Place of the entry with that name; nil when there is none.
  func place(of name: String, in entries: [IndexEntry]) -> Int? {
    let found = slots[slot(NamePlaces.hash(name), in: entries) { name }]
    return found == 0 ? nil : Int(found) - 1
  }

  /// The slot of the name with that hash, or the free one where it belongs.
  private func slot(_ hash: UInt32, in entries: [IndexEntry], of name: () -> String) -> Int {
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if hashes[place] == hash, entries[place].name.utf8.elementsEqual(name().utf8) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }
}
