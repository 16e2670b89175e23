/// A timing row made ready for the inner loop: after its `from`, `ready[slot]` is at least `clocks` later.
struct CompiledRule {
  /// Index into the device's table of ready times; for rows of one bank counted from the bank's first entry.
  var slot: Int32
  var clocks: Int32
}

extension CompiledRule {
  /// Gives every command the number of the first command that the rows treat like it: most commands come in two forms
  /// that wait for the same things.
  static func sharedSlots(_ rows: [TimingConstraint]) -> [UInt8] {
    func isCovered(_ some: [TimingConstraint], by others: [TimingConstraint]) -> Bool {
      some.allSatisfy { row in
        others.contains {
          $0.from == row.from && $0.scope == row.scope && $0.count == row.count && $0.clocks == row.clocks
        }
      }
    }
    let all = CommandKind.allCases.map { kind in rows.filter { $0.to == kind } }
    return all.map { rows in
      UInt8(all.firstIndex { isCovered(rows, by: $0) && isCovered($0, by: rows) }!)
    }
  }
}
