/// What the paper leaves open, or extends, about a machine's time.
public struct TimingOptions: Hashable, Sendable {
  /// Which widths the array spends.
  public enum Precision: String, Hashable, Sendable, CaseIterable {
    /// Activations: the leading one of each step's; weights: the widest of the layer.
    case dynamic
    /// The layer's profile.
    case profile
  }

  /// How finely weight widths vary.
  public enum WeightPrecision: String, Hashable, Sendable, CaseIterable {
    /// One width a layer (Loom, DAC 2018).
    case layer
    /// One width for each tile of filters that is on the array (Loom, arXiv v2).
    case tile
    /// One width for the weights of each step: a tile of filters by 16 products (Loom, arXiv v2).
    case step
  }

  /// Whose conventions hold where the paper is silent.
  public enum Conventions: String, Hashable, Sendable, CaseIterable {
    case paper
    /// isakedo/DNNsim.
    case dnnsim
  }

  /// Operands are trimmed to the profile, so that its widths hold.
  public var trims: Bool
  /// The order in which DNNsim's conventions take windows: down the columns, or with height and width exchanged.
  public var simulatorOrder: WindowGrid.Order

  public var precision: Precision
  public var weightPrecision: WeightPrecision
  public var conventions: Conventions
  /// Activations that share one detected width: those of neighbouring steps, where it is more than a step's own
  /// (columns times 16: 256 on Loom-1b).
  public var detectorGroup: Int

  public init(
    precision: Precision = .dynamic, weightPrecision: WeightPrecision = .layer, conventions: Conventions = .paper,
    detectorGroup: Int = 1, trims: Bool = false, simulatorOrder: WindowGrid.Order = .columns
  ) {
    precondition(detectorGroup >= 1)
    self.precision = precision
    self.weightPrecision = weightPrecision
    self.conventions = conventions
    self.detectorGroup = detectorGroup
    self.trims = trims
    self.simulatorOrder = simulatorOrder
  }
}
