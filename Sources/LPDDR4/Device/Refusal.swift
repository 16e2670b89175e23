/// Why a device does not take a command.
public enum Refusal: Error, Hashable, Sendable {
  /// The row is open, or not open, or the channel sleeps: the command makes no sense in this state.
  case state
  /// A timing row or the command bus forbids the command until this clock.
  case notBefore(Int)
}
