/// A waiting request for one burst.
struct QueueEntry {
  /// Order of acceptance: the age.
  var sequence: Int
  /// Clock of acceptance.
  var accepted: Int
  var tag: Int
  var row: Int32
  /// Neighbours of the same list, the older and the younger; -1 for none.
  var older: Int32
  var younger: Int32
  var column: UInt16
  var bank: UInt8
  var flags: Flags

  struct Flags: OptionSet {
    var rawValue: UInt8
    static let write = Flags(rawValue: 1)
    static let masked = Flags(rawValue: 2)
    static let autoPrecharge = Flags(rawValue: 4)
    /// An activate was issued for this request.
    static let activated = Flags(rawValue: 8)
    /// A precharge was issued for this request.
    static let precharged = Flags(rawValue: 16)
  }
}
