/// What one fast pass over elements finds out.
public struct LaneStatistics: Hashable, Sendable {
  /// The smallest and the largest value; `minimum > maximum` when there was none.
  public var minimum = Int32.max
  public var maximum = Int32.min
  /// The value whose occurrences are counted, as its bit pattern.
  public let guess: UInt16
  /// Elements equal to `guess`.
  public var guessCount = 0
  /// Count elements in buckets as well.
  public let countsBuckets: Bool
  /// Elements by the lowest four bits of their patterns; zeros where not counted.
  public var bucketCounts: [16 of Int] = .init(repeating: 0)

  /// Statistics of nothing that will count `guess`.
  public init(guess: UInt16, countsBuckets: Bool = true) {
    self.guess = guess
    self.countsBuckets = countsBuckets
  }

  public static func == (left: LaneStatistics, right: LaneStatistics) -> Bool {
    left.minimum == right.minimum && left.maximum == right.maximum && left.guess == right.guess
      && left.guessCount == right.guessCount
      && (0..<16).allSatisfy { left.bucketCounts[$0] == right.bucketCounts[$0] }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(minimum)
    hasher.combine(maximum)
    hasher.combine(guess)
    hasher.combine(guessCount)
    for bucket in 0..<16 { hasher.combine(bucketCounts[bucket]) }
  }
}
