/// What one layer costs on one machine, in cycles, operands and idle parts.
public struct LayerTiming: Hashable, Sendable {
  public var machine: Machine
  public var cycles: Int
  /// Steps: a tile of filters, a set of windows and a brick each.
  public var steps: Int
  /// Part of the multipliers' places that held a product of the layer, 0...1.
  public var utilization: Double
  /// Filter rows, window columns and lanes without work, added up over all steps.
  public var idleRows: Int
  public var idleColumns: Int
  public var idleLanes: Int
  /// One-bit products of the layer's own operands at the widths spent, idle places left out.
  public var bitProducts: Int
  /// Mean width of the steps' activations and weights, as spent.
  public var activationBits: Double
  public var weightBits: Double
  /// Cycles that the transposer behind ABout is busy at 256 bits a cycle, and for how many of them the array has to
  /// wait because a set of windows takes less time (Model; not part of `cycles`).
  public var transposerCycles: Int
  public var transposerStalls: Int
  /// Times that the weight registers are loaded, and the bits that the weight bus carries for them.
  public var weightLoads: Int
  public var weightBusBits: Int
  /// Rows read from activation memory (a bit each of columns times 16 activations) and from weight memory (a bit each
  /// of rows times 16 weights).
  public var activationRows: Int
  public var weightRows: Int

  /// A layer that costs the array nothing: pools run in the comparators while outputs leave (Model).
  public static func none(_ machine: Machine) -> LayerTiming {
    LayerTiming(
      machine: machine, cycles: 0, steps: 0, utilization: 0, idleRows: 0, idleColumns: 0, idleLanes: 0,
      bitProducts: 0, activationBits: 0, weightBits: 0, transposerCycles: 0, transposerStalls: 0, weightLoads: 0,
      weightBusBits: 0,
      activationRows: 0, weightRows: 0)
  }
}
