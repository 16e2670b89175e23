/// What one layer moves and how long it takes.
public struct LayerTraffic: Hashable, Sendable {
  public var plan: LayerPlan
  /// What the layer would move of raw tensors.
  public var rawPlan: LayerPlan
  /// Bytes moved, rounded to bursts; those of raw tensors beside them.
  public var burstBytes: Int
  public var rawBurstBytes: Int
  public var dramClocks: Int
  public var rawDramClocks: Int
  public var dramNanoseconds: Double
  public var rawDramNanoseconds: Double
  public var computeCycles: Int
  /// Cycles of the decompressor and transposer at the memory controller; 0 where the array's own order is streamed in.
  public var transposerCycles: Int
  public var computeNanoseconds: Double
  public var energyPicojoules: Double
  public var rawEnergyPicojoules: Double

  /// What the layer waits for.
  public enum Bound: String, Hashable, Sendable {
    case compute
    case memory
  }

  public var bound: Bound { dramNanoseconds > arrayNanoseconds ? .memory : .compute }
  /// Array and transposer work side by side.
  public var arrayNanoseconds: Double { max(computeNanoseconds, Double(transposerCycles) * nanosecondsPerCycle) }
  public var nanosecondsPerCycle: Double
  /// Compute and memory overlap: the longer one counts.
  public var nanoseconds: Double { max(arrayNanoseconds, dramNanoseconds) }
  /// Time that the array waits for memory.
  public var stallNanoseconds: Double { max(0, dramNanoseconds - arrayNanoseconds) }
}
