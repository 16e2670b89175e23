/// What the tick face remembers between calls.
struct TickState {
  /// The clock that the next tick is.
  var clock = 0
}
