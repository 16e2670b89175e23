/// What one operand of a layer moves off chip.
public struct OperandMove: Hashable, Sendable {
  public var tensor: String
  public var form: StoredForm
  /// The operand stays on chip: nothing is moved.
  public var isOnChip: Bool
  /// Times that it is moved.
  public var passes: Int
  public var isWrite: Bool

  /// Bytes moved, rounded to bursts.
  public func burstBytes(burst: Int) -> Int { isOnChip ? 0 : passes * form.burstBytes(burst: burst) }
}
