/// The fewest bits that packing can take with a constant subtracted, known without another look at the values: from
/// the precisions that groups need with nothing subtracted.
///
/// The values of a group that needs q bits as two's complement lie in -2^(q-1) ... 2^(q-1) - 1, so each is at least
/// the distance from there to the constant away from it, around the circle of 2^width. A value at distance d needs
/// at least bitlen(d) bits under either reading. Groups that need less can only make a table's total smaller, so the
/// best table for these lower precisions takes no more than any table for the true ones. After zero compaction
/// groups are others, but a value is never stored with fewer bits than it needs, and the values of a group that does
/// not reach the constant all stay.
struct ConstantBound {
  private let needed: PrecisionHistogram?
  private let geometry: LaneGeometry
  private let width: Int

  /// `needed`: two's complement precisions without a constant and without compaction; nil where not counted, and then
  /// every bound is 0.
  init(_ needed: PrecisionHistogram?, _ geometry: LaneGeometry, width: Int) {
    self.needed = needed
    self.geometry = geometry
    self.width = width
  }

  /// No packing with this constant takes fewer bits.
  @inline(never)
  func bitCount(rebase: Int32, isCompacted: Bool) -> Int {
    guard let needed else { return 0 }
    var least = PrecisionHistogram()
    for precision in 0...16 { least[self.least(precision, rebase)] += needed[precision] }
    if !isCompacted { return PrecisionTable.smallest(for: least, groupSize: geometry.groupSize).bitCount }
    // The last group may have absent lanes, which are not stored after compaction.
    let absent = 16 * geometry.groupSize.laneCount
    return geometry.valueCount + max(0, least.payloadBitCount(groupSize: geometry.groupSize) - absent)
  }

  /// Bits that every value of a group needs at least after subtracting `rebase`.
  private func least(_ precision: Int, _ rebase: Int32) -> Int {
    let circle = 1 << width
    // The constant as two's complement of the width: the circle is the same.
    let constant = Int(rebase) >= circle / 2 ? Int(rebase) - circle : Int(rebase)
    let low = precision == 0 ? 0 : -(1 << (precision - 1))
    let high = precision == 0 ? 0 : (1 << (precision - 1)) - 1
    let near = max(0, low - constant, constant - high)
    let far = max(abs(low - constant), abs(high - constant))
    let distance = max(0, min(near, circle - far))
    return Int.bitWidth - distance.leadingZeroBitCount
  }
}
