/// What quantising one tensor lost.
public struct QuantizationLoss: Hashable, Sendable, CustomStringConvertible {
  /// The tensor.
  public var name: String
  /// Real value of one step.
  public var scale: Double
  /// Number of values.
  public var valueCount: Int
  /// Largest difference between a value and what its integer stands for.
  public var maximumError: Double
  /// Square root of the mean squared difference.
  public var rootMeanSquareError: Double
  /// Values beyond the integers' range.
  public var saturatedCount: Int

  /// One line with all of it.
  public var description: String {
    "'\(name)' quantised, scale \(scale): largest error \(maximumError), RMS error \(rootMeanSquareError), "
      + "\(saturatedCount) of \(valueCount) values saturated"
  }
}
