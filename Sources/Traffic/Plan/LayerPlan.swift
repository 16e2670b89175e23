/// What one layer moves, and in which loop order.
public struct LayerPlan: Hashable, Sendable {
  /// Which operand is cut into parts that fit the chip.
  public enum LoopOrder: String, Hashable, Sendable {
    /// Everything fits: each operand moves at most once.
    case whole
    /// Parts of the filters stay on chip in turn; inputs that are off chip come again for each.
    case filters
    /// Parts of the windows stay on chip in turn; weights come again for each.
    case windows
  }

  public var layer: TrafficLayer
  public var weights: OperandMove?
  public var inputs: [OperandMove]
  public var output: OperandMove
  public var loopOrder: LoopOrder

  /// Every operand.
  public var moves: [OperandMove] { (weights.map { [$0] } ?? []) + inputs + [output] }
}
