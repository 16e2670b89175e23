/// How many bits one layer gets (Judd's per-layer profile). Widths alone give cycles; with dropped bits the values
/// are trimmed, which is lossy.
public struct PrecisionProfile: Hashable, Sendable {
  /// Bits of an activation.
  public var activationBits: Int?
  /// False when the layer's inputs are never negative.
  public var activationIsSigned: Bool?
  /// Low bits of the stored inputs that are rounded away.
  public var activationLowBitsDropped: Int?
  /// Bits of a weight.
  public var weightBits: Int?
  /// Low bits of the stored weights that are rounded away.
  public var weightLowBitsDropped: Int?

  /// Makes a profile; what is nil is not limited.
  public init(
    activationBits: Int? = nil, activationIsSigned: Bool? = nil, activationLowBitsDropped: Int? = nil,
    weightBits: Int? = nil, weightLowBitsDropped: Int? = nil
  ) {
    self.activationBits = activationBits
    self.activationIsSigned = activationIsSigned
    self.activationLowBitsDropped = activationLowBitsDropped
    self.weightBits = weightBits
    self.weightLowBitsDropped = weightLowBitsDropped
  }
}
