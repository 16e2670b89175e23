import Networks

/// How a network runs on the array.
public struct RunOptions: Hashable, Sendable {
  /// Who computes.
  public enum Executor: String, Hashable, Sendable, CaseIterable {
    /// AND and popcount on words of planes.
    case fast
    /// Registers of every SIP, cycle by cycle: the definition.
    case register
  }

  /// Which geometry a layer gets.
  public enum Mapping: String, Hashable, Sendable, CaseIterable {
    /// The machine's.
    case fixed
    /// Of all with as many units, the one that takes the fewest cycles.
    case best
  }

  public var executor: Executor
  /// Operands are rounded to each layer's profile before packing. Lossy.
  public var trims: Bool {
    get { timing.trims }
    set { timing.trims = newValue }
  }
  public var timing: TimingOptions
  public var mapping: Mapping
  /// Count cycles of stored activations and compute nothing.
  public var cyclesOnly: Bool
  public var threads: Int
  public var rounding: RoundingChoice

  public init(
    executor: Executor = .fast, timing: TimingOptions = TimingOptions(),
    mapping: Mapping = .fixed, cyclesOnly: Bool = false, threads: Int = 1, rounding: RoundingChoice = .named
  ) {
    self.executor = executor
    self.timing = timing
    self.mapping = mapping
    self.cyclesOnly = cyclesOnly
    self.threads = threads
    self.rounding = rounding
  }
}
