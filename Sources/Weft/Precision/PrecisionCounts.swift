/// The precisions that the same groups need under both readings.
public struct PrecisionCounts: Hashable, Sendable {
  public var unsigned = PrecisionHistogram()
  public var signed = PrecisionHistogram()

  public init() {}
}
