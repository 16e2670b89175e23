/// How the two inputs of an addition are brought to one scale: each is shifted left, multiplied, and the sum is
/// multiplied to the output's scale (TFLite).
public struct AddScaling: Hashable, Sendable {
  /// Bits both inputs are shifted left first.
  public var leftShift: Int
  /// Factor of the first input.
  public var first: FixedPointMultiplier
  /// Factor of the second input.
  public var second: FixedPointMultiplier
  /// Factor of the sum.
  public var output: FixedPointMultiplier

  /// Joins the factors of an addition; `leftShift` must lie in 0...30.
  public init(
    leftShift: Int, first: FixedPointMultiplier, second: FixedPointMultiplier, output: FixedPointMultiplier
  ) {
    precondition((0...30).contains(leftShift))
    self.leftShift = leftShift
    self.first = first
    self.second = second
    self.output = output
  }
}
