/// What came of holding one layer against what it should give.
public struct LayerCheck: Hashable, Sendable {
  /// What the results were compared with.
  public enum Against: String, Hashable, Sendable {
    /// Arrays stored beside the network.
    case stored
    /// The plain integer reference.
    case reference
  }

  public var accumulatorsChecked = 0
  public var accumulatorMismatches = 0
  public var outputsChecked = 0
  public var outputMismatches = 0
  public var accumulatorsAgainst: Against?
  public var outputsAgainst: Against?
  /// The first difference in words.
  public var firstMismatch: String?
  /// The smallest or largest sum is not the stored one, where only these are stored.
  public var hasExtremeMismatch = false
}
