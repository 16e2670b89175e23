/// The passes over the values.
extension SettingsSearch {
  /// Group sizes that apply; what keeps the others from it goes to `failure`.
  private func sizes(_ order: LaneOrder, _ failure: inout WeftError?) -> [Size] {
    groupSizes.enumerated().compactMap { rank, groupSize in
      do throws(WeftError) {
        let block = request.block ?? order.defaultBlock
        let geometry = try LaneGeometry(tensor.descriptor, order: order, groupSize: groupSize, block: block)
        return Size(rank: rank, geometry: geometry)
      } catch {
        failure = failure ?? error
        return nil
      }
    }
  }

  /// Candidates of an order of the array: one constant, every zero kept, the reading that the values ask for.
  func searchExactly(
    _ order: LaneOrder, _ rank: Int, _ best: inout Candidate?, _ failure: inout WeftError?
  ) throws(WeftError) {
    let name = tensor.descriptor.name
    guard request.compaction != .on else {
      throw WeftError(.settingNotApplicable, "zero compaction in \(order.name) order", entry: name)
    }
    let sizes = sizes(order, &failure)
    guard !sizes.isEmpty else { return }
    let constant = try knownConstants(order: order)[0]
    let range = ExactRange(tensor, kernel: kernel)
    let isSigned = range.isSigned(rebase: constant)
    _ = try range.precision(rebase: constant, isSigned: isSigned, entry: name)
    for size in sizes {
      let findings = LaneFindings(
        sizes: [size.groupSize], countsWhole: true, countsKept: false, statistics: LaneStatistics(guess: 0))
      let found = PrecisionCounter(tensor, kernel: kernel).count(
        [constant], geometry: size.geometry, findings: findings, surveys: false, isWidened: true)
      consider(
        found[0].counts(size.groupSize, isCompacted: false), size, rank, rebase: (constant, 0), isCompacted: false,
        readings: [isSigned], best: &best, failure: &failure)
    }
  }

  /// Candidates of `linear` or `spatial` order; those that take more bits than others for certain are passed over.
  func search(
    _ order: LaneOrder, _ rank: Int, _ statistics: inout ValueStatistics?, _ best: inout Candidate?,
    _ failure: inout WeftError?
  ) throws(WeftError) {
    let sizes = sizes(order, &failure)
    guard let first = sizes.first else { return }
    let counter = PrecisionCounter(tensor, kernel: kernel)
    // Constants known beforehand come first, and this pass also finds the others.
    let known = try knownConstants(order: order)
    let surveys = request.rebase == .auto && statistics == nil
    let asked = LaneFindings(
      sizes: sizes.map(\.groupSize), countsWhole: compactions.contains(false), countsKept: compactions.contains(true),
      statistics: surveys ? ValueStatistics.question(tensor) : LaneStatistics(guess: 0))
    let found = counter.count(known, geometry: first.geometry, findings: asked, surveys: surveys)
    for (place, constant) in known.enumerated() {
      for size in sizes {
        for isCompacted in compactions {
          consider(
            found[place].counts(size.groupSize, isCompacted: isCompacted), size, rank, rebase: (constant, place),
            isCompacted: isCompacted, best: &best, failure: &failure)
        }
      }
    }
    guard request.rebase == .auto else { return }
    if surveys { statistics = ValueStatistics(found[0].statistics, of: tensor, wantsMostFrequent: true) }
    let constants = constants(known, statistics!)
    let zero = compactions.contains(false) ? known.firstIndex(of: 0) : nil
    let smallest = best?.bitCount ?? .max
    var open: [(rank: Int, constant: Int32, size: Size, isCompacted: Bool)] = []
    for size in sizes {
      let bound = ConstantBound(
        zero.map { found[$0].counts(size.groupSize, isCompacted: false).signed }, size.geometry,
        width: tensor.descriptor.elementType.width)
      for (place, constant) in constants.enumerated().dropFirst(known.count) {
        for isCompacted in compactions
        where bound.bitCount(rebase: constant, isCompacted: isCompacted) <= smallest {
          open.append((place, constant, size, isCompacted))
        }
      }
    }
    let more = constants.filter { constant in open.contains { $0.constant == constant } }
    let again = counter.count(
      more, geometry: first.geometry,
      findings: LaneFindings(
        sizes: open.map(\.size.groupSize), countsWhole: open.contains { !$0.isCompacted },
        countsKept: open.contains { $0.isCompacted }, statistics: LaneStatistics(guess: 0)),
      surveys: false)
    for (rebaseRank, constant, size, isCompacted) in open {
      let counts = again[more.firstIndex(of: constant)!].counts(size.groupSize, isCompacted: isCompacted)
      consider(
        counts, size, rank, rebase: (constant, rebaseRank), isCompacted: isCompacted, best: &best, failure: &failure)
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
}
