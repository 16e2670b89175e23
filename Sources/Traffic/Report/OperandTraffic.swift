/// What one operand of a layer takes and moves: all inputs of a layer together.
public struct OperandTraffic: Hashable, Sendable {
  /// Bits of the raw values, a container each.
  public var rawBits = 0
  public var payloadBits = 0
  public var headerBits = 0
  public var maskBits = 0
  public var indexBits = 0
  /// Bytes moved, in whole bursts; 0 on chip.
  public var burstBytes = 0
  /// Nothing of it leaves the chip.
  public var isOnChip = false
  /// Times that the operand is moved.
  public var passes = 0

  init(_ moves: [OperandMove], raw: [OperandMove], burst: Int) {
    for move in moves {
      payloadBits += move.form.payloadBits
      headerBits += move.form.headerBits
      maskBits += move.form.maskBits
      indexBits += move.form.indexBits
      burstBytes += move.burstBytes(burst: burst)
      passes = max(passes, move.passes)
    }
    rawBits = raw.reduce(0) { $0 + $1.form.payloadBits }
    isOnChip = !moves.isEmpty && moves.allSatisfy { $0.isOnChip }
  }
}

extension LayerTraffic {
  /// The layer's weights, inputs and outputs; `burst` is in bytes.
  public func operands(burst: Int) -> (weights: OperandTraffic, inputs: OperandTraffic, outputs: OperandTraffic) {
    func list(_ move: OperandMove?) -> [OperandMove] { move.map { [$0] } ?? [] }
    return (
      OperandTraffic(list(plan.weights), raw: list(rawPlan.weights), burst: burst),
      OperandTraffic(plan.inputs, raw: rawPlan.inputs, burst: burst),
      OperandTraffic([plan.output], raw: [rawPlan.output], burst: burst)
    )
  }
}
