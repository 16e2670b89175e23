/// The precisions that groups of a tensor may be stored with (SPEC.md section 5.4): 1...16 of the numbers 0...16.
public struct PrecisionTable: Hashable, Sendable {
  /// Bit t is set when precision t is in the table.
  public let members: UInt32

  /// A table from its 17-bit set; nil when empty, with all 17 entries, or with higher bits set.
  public init?(set: UInt32) {
    guard set != 0, set < 1 << 17, set.nonzeroBitCount <= 16 else { return nil }
    self.members = set
  }

  /// A table of precisions in any order, repetitions allowed; nil when empty, above 16 entries or out of range.
  public init?(_ precisions: some Sequence<Int>) {
    var set: UInt32 = 0
    for precision in precisions {
      guard precision >= 0, precision <= 16 else { return nil }
      set |= 1 << UInt32(precision)
    }
    self.init(set: set)
  }

  /// Every precision from 1 to `width`: DPRed's table.
  public static func dense(width: Int) -> PrecisionTable { PrecisionTable(set: (2 << UInt32(max(1, width))) - 2)! }

  /// Even precisions from 0 up to the first that holds `width` bits.
  public static func even(width: Int) -> PrecisionTable {
    PrecisionTable(set: 0x15555 & ((2 << UInt32((width + 1) / 2 * 2)) - 1))!
  }

  /// The entries, ascending.
  public var entries: [Int] { (0...16).filter(contains) }

  /// Whether groups may be stored with that precision, 0...16. Cost: no memory.
  public func contains(_ precision: Int) -> Bool { members >> UInt32(precision) & 1 != 0 }

  /// Number of entries, 1...16.
  public var count: Int { members.nonzeroBitCount }

  /// Bits of one group's header: 0...4.
  public var headerBitCount: Int { Int.bitWidth - (count - 1).leadingZeroBitCount }

  /// The largest entry.
  public var largest: Int { UInt32.bitWidth - 1 - members.leadingZeroBitCount }

  /// Index of the smallest entry that holds `precision` bits; nil when none does.
  public func index(for precision: Int) -> Int? {
    let below = members & ((1 << UInt32(precision)) - 1)
    return members == below ? nil : below.nonzeroBitCount
  }
}
