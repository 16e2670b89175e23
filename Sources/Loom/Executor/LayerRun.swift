import Networks

/// What came of one layer.
public struct LayerRun: Sendable {
  public var layer: Layer
  /// What the layer costs; nothing for layers without products.
  public var timing: LayerTiming
  /// The same with the machine's own geometry, where another was chosen.
  public var fixedCycles: Int
  /// Cycles of the bit-parallel baseline.
  public var baselineCycles: Int
  public var multiplications: Int
  /// The register executor's own count of cycles, where it ran.
  public var simulatedCycles: Int?
}
