import Weft

/// Where a network's arrays come from.
public struct OperandSource {
  /// The packed tensor of a name, in the lane order asked for where it is packed on the way; nil when there is none.
  public var packed: (_ name: String, _ order: LaneOrder) throws -> PackedTensor?
  /// The integers of a name in C order: biases, and what results are compared with; nil when there are none.
  public var integers: (_ name: String) throws -> [Int64]?

  public init(
    packed: @escaping (_ name: String, _ order: LaneOrder) throws -> PackedTensor?,
    integers: @escaping (_ name: String) throws -> [Int64]?
  ) {
    self.packed = packed
    self.integers = integers
  }
}
