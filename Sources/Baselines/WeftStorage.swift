import Weft

/// Weft in its best storage form: table, rebase constant, zero compaction and order (`linear` or `spatial`) chosen.
public struct WeftStorage: Baseline {
  public static let name = "weft"

  public var request: PackingRequest
  public let kernel: Kernel

  public init(groupSize: PackingRequest.GroupSizeChoice = .fixed(.lanes16), kernel: Kernel) {
    request = PackingRequest(groupSize: groupSize, order: .auto)
    self.kernel = kernel
  }

  /// The packed tensor.
  public func packed(_ tensor: BaselineTensor) throws(WeftError) -> PackedTensor {
    do throws(WeftError) {
      return try PackedTensor(packing: tensor.tensor, request: request, kernel: kernel)
    } catch {
      // Tensors without a channel axis have no `spatial` order.
      guard error.rule == .orderNotApplicable else { throw error }
      var request = request
      request.order = .fixed(.linear)
      return try PackedTensor(packing: tensor.tensor, request: request, kernel: kernel)
    }
  }

  public func bitCount(of tensor: BaselineTensor) throws -> Double {
    Double(try packed(tensor).summary.packedBitCount)
  }
}
