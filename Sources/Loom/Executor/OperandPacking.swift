import Networks
import Weft

/// Packs operands as the array reads them, trimmed where asked.
public struct OperandPacking: Sendable {
  public let kernel: Kernel

  public init(kernel: Kernel) { self.kernel = kernel }

  /// A tensor in one of the array's orders, exact: values less their zero point.
  public func pack(_ tensor: QuantizedTensor, order: LaneOrder) throws(WeftError) -> PackedTensor {
    let request = PackingRequest(
      order: .fixed(order), compaction: .off, rebase: .fixed(tensor.descriptor.zeroPoint ?? 0))
    return try PackedTensor(packing: tensor, request: request, kernel: kernel)
  }

  /// The tensor with its values (less their zero point) rounded to multiples of 2^`droppedBits`, packed once more;
  /// the same tensor when nothing is dropped. Lossy.
  public func trimmed(_ packed: PackedTensor, droppedBits: Int) throws(WeftError) -> PackedTensor {
    guard droppedBits > 0 else { return packed }
    let tensor = try packed.unpacked(kernel: kernel)
    let zeroPoint = tensor.descriptor.zeroPoint ?? 0
    var descriptor = tensor.descriptor
    descriptor.elementType = .int16
    descriptor.zeroPoint = nil
    let values = tensor.values.map { Trimming.trim($0 - zeroPoint, droppedBits: droppedBits) }
    return try pack(QuantizedTensor(descriptor: descriptor, values: values), order: packed.settings.order)
  }
}
