extension PrecisionTable {
  /// The table that stores groups in the fewest bits, headers and payload together, and that number of bits.
  ///
  /// Ties go to fewer entries, then to the lexicographically smaller table (SPEC.md section 6). A dynamic programme
  /// over (entries used, largest entry so far): about 17 x 17 x 16 steps, whatever the tensor's size.
  public static func smallest(
    for needed: PrecisionHistogram, groupSize: GroupSize
  ) -> (table: PrecisionTable, bitCount: Int) {
    let largest = needed.largest
    let groups = needed.groupCount
    // Groups that need at most p bits: the prefix sums turn the cost of one entry into a difference.
    var groupsUpTo = [Int](repeating: 0, count: 18)
    for precision in 0...16 { groupsUpTo[precision + 1] = groupsUpTo[precision] + needed[precision] }

    // best[p]: payload and set of the best tables with as many entries as rounds so far whose largest is p.
    var best: [(payload: Int, set: UInt32)?] = (0...16).map { top in
      (top * groupsUpTo[top + 1] * groupSize.laneCount, 1 << UInt32(top))
    }
    var winner = PrecisionTable(set: 1 << UInt32(largest))!
    var winnerBits = best[largest]!.payload
    // More entries than there are precisions to store only make headers longer.
    let distinct = (0...16).count { needed[$0] > 0 }
    for _ in stride(from: 2, through: min(16, distinct), by: 1) {
      var next = [(payload: Int, set: UInt32)?](repeating: nil, count: 17)
      for top in 0...largest {
        for below in 0..<top {
          guard let base = best[below] else { continue }
          let groupsHere = groupsUpTo[top + 1] - groupsUpTo[below + 1]
          let candidate = (base.payload + top * groupsHere * groupSize.laneCount, base.set | 1 << UInt32(top))
          if let held = next[top], held.payload < candidate.0 { continue }
          if let held = next[top], held.payload == candidate.0, !isSmaller(candidate.1, held.set) { continue }
          next[top] = candidate
        }
      }
      best = next
      guard let reached = best[largest], let table = PrecisionTable(set: reached.set) else { continue }
      let bits = reached.payload + groups * table.headerBitCount
      if bits < winnerBits { (winner, winnerBits) = (table, bits) }
    }
    return (winner, winnerBits)
  }

  /// Lexicographic order of two tables of the same number of entries: the lowest difference decides.
  private static func isSmaller(_ left: UInt32, _ right: UInt32) -> Bool {
    let difference = left ^ right
    return difference != 0 && left & (difference & (0 &- difference)) != 0
  }
}
