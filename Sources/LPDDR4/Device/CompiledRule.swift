/// A timing row made ready for the inner loop: after its `from`, `ready[slot]` is at least `clocks` later.
struct CompiledRule {
  /// Index into the device's table of ready times; for rows of one bank counted from the bank's first entry.
  var slot: Int32
  var clocks: Int32
}
