/// How the reference computes.
public struct ReferenceOptions: Hashable, Sendable {
  /// Which rounding Q31 multipliers use.
  public var rounding: RoundingChoice
  /// Whether operands are trimmed to the layers' profiles.
  public var trims: Bool

  /// Makes options; by default each layer's own rounding, and nothing trimmed.
  public init(rounding: RoundingChoice = .named, trims: Bool = false) {
    self.rounding = rounding
    self.trims = trims
  }
}
