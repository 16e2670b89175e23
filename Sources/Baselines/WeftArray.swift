import Weft

/// Weft in the order that the array reads: `filters` for weights, `channels` for activations.
public struct WeftArray: Baseline {
  public static let name = "weft_array"

  public let order: LaneOrder
  public let groupSize: PackingRequest.GroupSizeChoice
  public let kernel: Kernel

  public init(order: LaneOrder, groupSize: PackingRequest.GroupSizeChoice = .fixed(.lanes16), kernel: Kernel) {
    self.order = order
    self.groupSize = groupSize
    self.kernel = kernel
  }

  /// The packed tensor. Throws where the order does not apply.
  public func packed(_ tensor: BaselineTensor) throws(WeftError) -> PackedTensor {
    try PackedTensor(
      packing: tensor.tensor, request: PackingRequest(groupSize: groupSize, order: .fixed(order), compaction: .off),
      kernel: kernel)
  }

  public func bitCount(of tensor: BaselineTensor) throws -> Double {
    Double(try packed(tensor).summary.packedBitCount)
  }
}
