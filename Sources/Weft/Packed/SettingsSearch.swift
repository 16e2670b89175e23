/// Finds the recorded settings that answer a request in the fewest bits (SPEC.md section 6).
///
/// Cost: one pass for the value counts and one for each lane order and group size asked for; memory for one piece
/// and, where the most frequent value is wanted, one counter a possible value.
public struct SettingsSearch<K: CodecKernel>: Sendable {
  let tensor: QuantizedTensor
  let request: PackingRequest
  let kernel: K

  public init(_ tensor: QuantizedTensor, request: PackingRequest, kernel: K) {
    self.tensor = tensor
    self.request = request
    self.kernel = kernel
  }

  private struct Candidate {
    var settings: PackingSettings
    var bitCount: Int
    /// Places in the lists of constants, orders and group sizes, which break ties in this sequence.
    var ranks: (rebase: Int, order: Int, groupSize: Int)
  }

  /// The smallest settings. Throws when a fixed setting does not fit the tensor.
  public func smallest() throws(WeftError) -> PackingSettings {
    let statistics = ValueStatistics(tensor, wantsMostFrequent: wantsMostFrequent)
    var best: Candidate?
    var failure: WeftError?
    for (orderRank, order) in orders.enumerated() {
      for (groupRank, groupSize) in groupSizes.enumerated() {
        do throws(WeftError) {
          for var candidate in try candidates(order: order, groupSize: groupSize, statistics) {
            (candidate.ranks.order, candidate.ranks.groupSize) = (orderRank, groupRank)
            if let held = best, !SettingsSearch.isBetter(candidate, than: held) { continue }
            best = candidate
          }
        } catch {
          // `auto` takes what applies; a fixed choice that does not apply is the caller's to hear about.
          failure = failure ?? error
        }
      }
    }
    guard let best else { throw failure! }
    return best.settings
  }

  private var wantsMostFrequent: Bool {
    if case .fixed = request.rebase { return false }
    if case .fixed(let order) = request.order { return !order.isArrayOrder }
    return true
  }

  private var orders: [LaneOrder] {
    switch request.order {
    case .auto: [.linear, .spatial]
    case .fixed(let order): [order]
    }
  }

  /// Group sizes in the order that breaks ties.
  private var groupSizes: [GroupSize] {
    switch request.groupSize {
    case .auto: [.lanes16, .lanes8, .lanes32, .lanes64, .lanes128, .lanes256]
    case .fixed(let groupSize): [groupSize]
    }
  }

  private var compactions: [Bool] {
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
    if left.table != right.table { return left.table.entries.lexicographicallyPrecedes(right.table.entries) }
    if left.isCompacted != right.isCompacted { return right.isCompacted }
    if new.ranks.rebase != held.ranks.rebase { return new.ranks.rebase < held.ranks.rebase }
    if left.isSigned != right.isSigned { return right.isSigned }
    return (new.ranks.order, new.ranks.groupSize) < (held.ranks.order, held.ranks.groupSize)
  }

  private func candidates(
    order: LaneOrder, groupSize: GroupSize, _ statistics: ValueStatistics
  ) throws(WeftError) -> [Candidate] {
    let descriptor = tensor.descriptor
    let block = request.block ?? order.defaultBlock
    let geometry = try LaneGeometry(descriptor, order: order, groupSize: groupSize, block: block)
    let rebases = try rebases(order: order, statistics)
    if order.isArrayOrder, request.compaction == .on {
      throw WeftError(.settingNotApplicable, "zero compaction in \(order.name) order", entry: descriptor.name)
    }
    let counter = PrecisionCounter(tensor, geometry: geometry, kernel: kernel)
    let isExact = order.isArrayOrder
    let variants = (isExact ? [false] : compactions).flatMap { isCompacted in
      rebases.map { PrecisionCounter<K>.Variant(rebase: $0, isCompacted: isCompacted) }
    }
    let exactReading = isExact ? try exactReading(rebase: rebases[0], statistics) : nil
    var result: [Candidate] = []
    for (variant, counts) in zip(variants, counter.count(variants, widened: isExact)) {
      for isSigned in exactReading.map({ [$0] }) ?? [false, true] {
        let needed = isSigned ? counts.signed : counts.unsigned
        guard let (table, bits) = table(for: needed, groupSize: groupSize) else { continue }
        let settings = PackingSettings(
          order: order, groupSize: groupSize, block: block, table: table, isSigned: isSigned,
          rebase: variant.rebase, isCompacted: variant.isCompacted)
        let maskBits = variant.isCompacted ? geometry.valueCount : 0
        let rank = rebases.firstIndex(of: variant.rebase)!
        result.append(Candidate(settings: settings, bitCount: bits + maskBits, ranks: (rank, 0, 0)))
      }
    }
    guard !result.isEmpty else {
      throw WeftError(.precisionTooSmall, "precision table", entry: descriptor.name)
    }
    return result
  }

  /// How the array's orders read x - c: as two's complement if any is negative (SPEC.md section 5.2).
  private func exactReading(rebase: Int32, _ statistics: ValueStatistics) throws(WeftError) -> Bool {
    guard let minimum = statistics.minimum, let maximum = statistics.maximum else { return false }
    let isSigned = minimum < rebase
    for value in [minimum, maximum] where Precision(needed: value - rebase, isSigned: isSigned) == nil {
      throw WeftError(
        .precisionAboveSixteen, "rebase constant \(rebase)", entry: tensor.descriptor.name, found: Int64(value))
    }
    return isSigned
  }

  private func rebases(order: LaneOrder, _ statistics: ValueStatistics) throws(WeftError) -> [Int32] {
    let type = tensor.descriptor.elementType
    switch request.rebase {
    case .fixed(let constant):
      guard constant >= type.minimum, constant <= type.maximum else {
        throw WeftError(
          .fieldOutOfRange, "rebase constant outside \(type.name)", entry: tensor.descriptor.name,
          found: Int64(constant))
      }
      return [constant]
    case .auto:
      let zeroPoint = tensor.descriptor.zeroPoint
      if order.isArrayOrder { return [zeroPoint ?? 0] }
      var list: [Int32] = []
      for constant in [0, zeroPoint, statistics.minimum, statistics.mostFrequent] {
        guard let constant, constant >= type.minimum, constant <= type.maximum else { continue }
        if !list.contains(constant) { list.append(constant) }
      }
      return list
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
