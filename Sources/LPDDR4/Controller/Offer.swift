/// The one command that a bank would like to start.
struct Offer {
  var kind: CommandKind
  /// Age of the request it serves; the smallest goes first.
  var sequence: Int
  /// Clock before which it is not wanted, whatever the device allows.
  var notBefore: Int
}
