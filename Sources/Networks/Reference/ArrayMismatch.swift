/// Where two arrays that should be the same differ.
public struct ArrayMismatch: Hashable, Sendable, CustomStringConvertible {
  /// The layer that made the array.
  public var layer: String
  /// What differs: `accumulators` or `output`.
  public var what: String
  /// Values that differ.
  public var count: Int
  /// Values altogether.
  public var valueCount: Int
  /// Index of the first difference, one number an axis.
  public var position: [Int]
  /// The channel of the first difference; nil when the array has no channel axis.
  public var channel: Int?
  /// The value there that was expected.
  public var expected: Int64
  /// The value there that was found.
  public var found: Int64

  /// One line: layer, how many, and the first one's channel, position and values.
  public var description: String {
    "layer '\(layer)': \(count) of \(valueCount) \(what) differ, first at \(position)"
      + (channel.map { ", channel \($0)" } ?? "") + ": \(expected) expected, \(found) found"
  }
}
