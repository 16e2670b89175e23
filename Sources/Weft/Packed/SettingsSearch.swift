/// Finds the recorded settings that answer a request in the fewest bits (SPEC.md section 6).
///
/// Cost: one pass for each lane order and group size asked for, and a second one where a constant that only the first
/// brings to light may win; memory for one piece, and one counter a possible value where the most frequent one is
/// not plain to see.
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
  @specialized(where K == Kernel)
  public func smallest() throws(WeftError) -> PackingSettings {
    var statistics: ValueStatistics?
    var best: Candidate?
    var failure: WeftError?
    for (orderRank, order) in orders.enumerated() {
      for (groupRank, groupSize) in groupSizes.enumerated() {
        do throws(WeftError) {
          let found = try candidates(
            order: order, groupSize: groupSize, statistics: &statistics, best: best?.bitCount)
          for var candidate in found {
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

  /// Candidates of one order and group size; those that take more bits than others for certain may be missing.
  private func candidates(
    order: LaneOrder, groupSize: GroupSize, statistics: inout ValueStatistics?, best: Int?
  ) throws(WeftError) -> [Candidate] {
    let descriptor = tensor.descriptor
    let block = request.block ?? order.defaultBlock
    let geometry = try LaneGeometry(descriptor, order: order, groupSize: groupSize, block: block)
    if order.isArrayOrder, request.compaction == .on {
      throw WeftError(.settingNotApplicable, "zero compaction in \(order.name) order", entry: descriptor.name)
    }
    let counter = PrecisionCounter(tensor, geometry: geometry, kernel: kernel)
    var result: [Candidate] = []
    func add(_ variant: PrecisionCounter<K>.Variant, _ counts: PrecisionCounts, _ readings: [Bool], rank: Int) {
      for isSigned in readings {
        guard let (table, bits) = table(for: isSigned ? counts.signed : counts.unsigned, groupSize: groupSize)
        else { continue }
        let settings = PackingSettings(
          order: order, groupSize: groupSize, block: block, table: table, isSigned: isSigned,
          rebase: variant.rebase, isCompacted: variant.isCompacted)
        let maskBits = variant.isCompacted ? geometry.valueCount : 0
        result.append(Candidate(settings: settings, bitCount: bits + maskBits, ranks: (rank, 0, 0)))
      }
    }
    let known = try knownConstants(order: order)
    var found: LaneStatistics?
    if order.isArrayOrder {
      let range = ExactRange(tensor, kernel: kernel)
      let isSigned = range.isSigned(rebase: known[0])
      _ = try range.precision(rebase: known[0], isSigned: isSigned, entry: descriptor.name)
      let variant = PrecisionCounter<K>.Variant(rebase: known[0], isCompacted: false)
      add(variant, counter.count([variant], widened: true, statistics: &found)[0], [isSigned], rank: 0)
    } else {
      // Constants known beforehand come first, and this pass also finds the others.
      let needsValues = request.rebase == .auto
      if needsValues, statistics == nil { found = LaneStatistics(guess: ValueStatistics.guess(tensor)) }
      let variants = self.variants(known)
      let counts = counter.count(variants, statistics: &found)
      for (variant, counts) in zip(variants, counts) {
        add(variant, counts, [false, true], rank: known.firstIndex(of: variant.rebase)!)
      }
      if let found { statistics = ValueStatistics(found, of: tensor, wantsMostFrequent: true) }
      let all = needsValues ? constants(known, statistics!) : known
      let bound = ConstantBound(
        variants.firstIndex { $0.rebase == 0 && !$0.isCompacted }.map { counts[$0].signed }, geometry,
        width: descriptor.elementType.width)
      let smallest = min(best ?? .max, result.map { $0.bitCount }.min() ?? .max)
      let open = self.variants(Array(all.dropFirst(known.count))).filter {
        bound.bitCount(rebase: $0.rebase, isCompacted: $0.isCompacted) <= smallest
      }
      var none: LaneStatistics?
      for (variant, counts) in zip(open, open.isEmpty ? [] : counter.count(open, statistics: &none)) {
        add(variant, counts, [false, true], rank: all.firstIndex(of: variant.rebase)!)
      }
    }
    guard !result.isEmpty else {
      throw WeftError(.precisionTooSmall, "precision table", entry: descriptor.name)
    }
    return result
  }

  private func variants(_ constants: [Int32]) -> [PrecisionCounter<K>.Variant] {
    compactions.flatMap { isCompacted in
      constants.map { PrecisionCounter<K>.Variant(rebase: $0, isCompacted: isCompacted) }
    }
  }

  /// Constants that need no look at the values.
  private func knownConstants(order: LaneOrder) throws(WeftError) -> [Int32] {
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
      guard let zeroPoint, zeroPoint != 0, zeroPoint >= type.minimum, zeroPoint <= type.maximum else { return [0] }
      return [0, zeroPoint]
    }
  }

  /// The known constants, then the smallest and the most frequent value, without repetitions.
  private func constants(_ known: [Int32], _ statistics: ValueStatistics) -> [Int32] {
    var list = known
    for constant in [statistics.minimum, statistics.mostFrequent] {
      if let constant, !list.contains(constant) { list.append(constant) }
    }
    return list
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
