/// What came of holding the reference against the stored arrays of one sample.
public struct ReferenceReport: Hashable, Sendable {
  /// Accumulators compared.
  public var accumulatorsChecked = 0
  /// Outputs compared.
  public var outputsChecked = 0
  /// Differences, at most one accumulator and one output entry a layer.
  public var mismatches: [ArrayMismatch] = []
  /// Layers that were not computed, or whose arrays are not stored.
  public var unchecked: [String] = []
  /// Of those the ones that were not computed: softmax, and what needs it.
  public var leftOut: [String] = []
}
