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
    func incoming(_ kind: CommandKind) -> Set<[Int]> {
      Set(
        rows.filter { $0.to == kind }.map {
          [Int($0.from.rawValue), Int($0.scope.rawValue), $0.count, $0.clocks]
        })
    }
    let all = CommandKind.allCases.map(incoming)
    return all.enumerated().map { UInt8(truncatingIfNeeded: all.firstIndex(of: $1) ?? $0) }
  }
}
