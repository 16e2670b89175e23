/// Finds the recorded settings that answer a request in the fewest bits (SPEC.md section 6).
///
/// Cost: one pass for each lane order asked for, whatever the number of group sizes, and a second one where a constant
/// that only the first brings to light may win; memory for one piece, and one counter a possible value where the most
/// frequent one is not plain to see.
public struct SettingsSearch<K: CodecKernel>: Sendable {
  let tensor: QuantizedTensor
  let request: PackingRequest
  let kernel: K

  public init(_ tensor: QuantizedTensor, request: PackingRequest, kernel: K) {
    self.tensor = tensor
    self.request = request
    self.kernel = kernel
  }

  struct Candidate {
    var settings: PackingSettings
    var bitCount: Int
    /// Places in the lists of constants, orders and group sizes, which break ties in this sequence.
    var ranks: (rebase: Int, order: Int, groupSize: Int)
  }

  /// The smallest settings. Throws when a fixed setting does not fit the tensor.
  @specialized(where K == Kernel)
  public func smallest() throws(WeftError) -> PackingSettings {
    var statistics: ValueStatistics?
    var best: Candidate?
    var failure: WeftError?
    for (rank, order) in orders.enumerated() {
      do throws(WeftError) {
        if order.isArrayOrder {
          try searchExactly(order, rank, &best, &failure)
        } else {
          try search(order, rank, &statistics, &best, &failure)
        }
      } catch {
        // `auto` takes what applies; a fixed choice that does not apply is the caller's to hear about.
        failure = failure ?? error
      }
    }
    guard let best else { throw failure! }
    return best.settings
  }

  private var orders: [LaneOrder] {
    switch request.order {
    case .auto: [.linear, .spatial]
    case .fixed(let order): [order]
    }
  }

  /// Group sizes in the order that breaks ties.
  var groupSizes: [GroupSize] {
    switch request.groupSize {
    case .auto: [.lanes16, .lanes8, .lanes32, .lanes64, .lanes128, .lanes256]
    case .fixed(let groupSize): [groupSize]
    }
  }

  var compactions: [Bool] {
    switch request.compaction {
    case .auto: [false, true]
    case .on: [true]
    case .off: [false]
    }
  }

  /// Fewer bits, then the tie rules of SPEC.md section 6 one after the other.
  private static func isBetter(_ new: Candidate, than held: Candidate) -> Bool {
    let (left, right) = (new.settings, held.settings)
    if new.bitCount != held.bitCount { return new.bitCount < held.bitCount }
    if left.table.count != right.table.count { return left.table.count < right.table.count }
    if left.table != right.table { return PrecisionTable.isSmaller(left.table.members, right.table.members) }
    if left.isCompacted != right.isCompacted { return right.isCompacted }
    if new.ranks.rebase != held.ranks.rebase { return new.ranks.rebase < held.ranks.rebase }
    if left.isSigned != right.isSigned { return right.isSigned }
    return (new.ranks.order, new.ranks.groupSize) < (held.ranks.order, held.ranks.groupSize)
  }

  /// A group size that applies in an order, and its place in the list that breaks ties.
  struct Size {
    var rank: Int
    var geometry: LaneGeometry
    var groupSize: GroupSize { geometry.groupSize }
  }

  /// Takes over the candidates of one variant where they are better.
  @inline(never)
  func consider(
    _ counts: PrecisionCounts, _ size: Size, _ orderRank: Int, rebase: (value: Int32, rank: Int), isCompacted: Bool,
    readings: [Bool] = [false, true], best: inout Candidate?, failure: inout WeftError?
  ) {
    for isSigned in readings {
      guard let (table, bits) = table(for: isSigned ? counts.signed : counts.unsigned, groupSize: size.groupSize)
      else {
        failure = failure ?? WeftError(.precisionTooSmall, "precision table", entry: tensor.descriptor.name)
        continue
      }
      let settings = PackingSettings(
        order: size.geometry.order, groupSize: size.groupSize, block: size.geometry.block, table: table,
        isSigned: isSigned, rebase: rebase.value, isCompacted: isCompacted)
      let candidate = Candidate(
        settings: settings, bitCount: bits + (isCompacted ? size.geometry.valueCount : 0),
        ranks: (rebase.rank, orderRank, size.rank))
      if let held = best, !SettingsSearch.isBetter(candidate, than: held) { continue }
      best = candidate
    }
  }

  /// The table asked for and its bits; nil when a group does not fit it.
  private func table(for needed: PrecisionHistogram, groupSize: GroupSize) -> (PrecisionTable, Int)? {
    let width = max(tensor.descriptor.elementType.width, needed.largest)
    let table: PrecisionTable
    switch request.table {
    case .auto: return PrecisionTable.smallest(for: needed, groupSize: groupSize)
    case .dense: table = .dense(width: width)
    case .layer: table = PrecisionTable([needed.largest])!
    case .even: table = .even(width: width)
    case .fixed(let fixed): table = fixed
    }
    guard let stored = needed.stored(through: table) else { return nil }
    let bits = stored.payloadBitCount(groupSize: groupSize) + needed.groupCount * table.headerBitCount
    return (table, bits)
  }
}
