import ArgumentParser

/// One of several runs of neighbours that work is cut into: `2/8` is the second of eight.
///
/// Parts depend on sizes and numbers alone, so that machines which share nothing agree on them.
struct Part: ExpressibleByArgument, Hashable {
  /// 0..<count.
  let index: Int
  let count: Int

  /// Parts at most.
  static let limit = 1_000_000

  init(index: Int, of count: Int) {
    precondition(index >= 0 && index < count)
    self.index = index
    self.count = count
  }

  init?(argument: String) {
    let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let number = numbers[0], let count = numbers[1], (1...Part.limit).contains(count),
      (1...count).contains(number)
    else { return nil }
    self.init(index: number - 1, of: count)
  }

  /// Which items are this part's, given their sizes: each belongs to the part in which its middle lies. The parts
  /// together are all items in order; some may be empty.
  func range(ofSizes sizes: [UInt64]) -> Range<Int> {
    // An item of no size still takes a place.
    let weights = sizes.map { Double($0) + 1 }
    let total = weights.reduce(0, +)
    var before = 0.0
    var (first, end) = (0, 0)
    for (item, weight) in weights.enumerated() {
      let part = min(count - 1, Int((before + weight / 2) / total * Double(count)))
      if part < index { first = item + 1 }
      if part <= index { end = item + 1 }
      before += weight
    }
    return first..<max(first, end)
  }
}
