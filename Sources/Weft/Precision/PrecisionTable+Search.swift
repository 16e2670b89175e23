extension PrecisionTable {
  /// The table that stores groups in the fewest bits, headers and payload together, and that number of bits.
  ///
  /// Ties go to fewer entries, then to the lexicographically smaller table (SPEC.md section 6). A dynamic programme
  /// over (entries used, largest entry so far), whatever the tensor's size. Entries are precisions that groups need:
  /// any other could be lowered to one that they do, or left out.
  public static func smallest(
    for needed: PrecisionHistogram, groupSize: GroupSize
  ) -> (table: PrecisionTable, bitCount: Int) {
    var precisions = [17 of Int](repeating: 0)
    // Groups that need at most the precision of that place: sums turn the cost of one entry into a difference.
    var groupsUpTo = [17 of Int](repeating: 0)
    var (count, groups) = (0, 0)
    for precision in 0...16 where needed[precision] > 0 {
      groups += needed[precision]
      precisions[count] = precision
      groupsUpTo[count] = groups
      count += 1
    }
    guard count > 0 else { return (PrecisionTable(set: 1)!, 0) }
    // The best tables with as many entries as rounds so far whose largest is at that place: planes and set.
    var planes = [17 of Int](repeating: 0)
    var sets = [17 of UInt32](repeating: 0)
    for top in 0..<count {
      planes[top] = precisions[top] * groupsUpTo[top]
      sets[top] = 1 << UInt32(precisions[top])
    }
    let last = count - 1
    var winner = PrecisionTable(set: sets[last])!
    var winnerBits = planes[last] * groupSize.laneCount
    for entries in stride(from: 2, through: min(count, 16), by: 1) {
      // From the top down, so that a round reads what the round before left.
      for top in stride(from: last, through: entries - 1, by: -1) {
        let own: UInt32 = 1 << UInt32(precisions[top])
        var (fewest, set) = (Int.max, UInt32(0))
        for below in entries - 2..<top {
          let sum = planes[below] + precisions[top] * (groupsUpTo[top] - groupsUpTo[below])
          let joined = sets[below] | own
          if sum < fewest || sum == fewest && isSmaller(joined, set) { (fewest, set) = (sum, joined) }
        }
        (planes[top], sets[top]) = (fewest, set)
      }
      let table = PrecisionTable(set: sets[last])!
      let bits = planes[last] * groupSize.laneCount + groups * table.headerBitCount
      if bits < winnerBits { (winner, winnerBits) = (table, bits) }
    }
    return (winner, winnerBits)
  }

  /// Lexicographic order of two tables of the same number of entries: the lowest difference decides.
  static func isSmaller(_ left: UInt32, _ right: UInt32) -> Bool {
    let difference = left ^ right
    return difference != 0 && left & (difference & (0 &- difference)) != 0
  }
}
