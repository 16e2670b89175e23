import Weft

/// Planes without precisions, then zstd: every plane of 2,048 values whole, as bitshuffle lays them.
public struct BitshuffleZstd: Baseline {
  public static let name = "bitshuffle_zstd"

  public let codec: ZstdCodec
  public let kernel: Kernel

  public init(level: Int, kernel: Kernel) {
    codec = ZstdCodec(level: level)
    self.kernel = kernel
  }

  public func bitCount(of tensor: BaselineTensor) throws -> Double {
    var settings = PackingSettings.raw(tensor.tensor.descriptor.elementType, groupSize: .lanes256)
    settings.block = .lanes2048
    let packed = try PackedTensor(packing: tensor.tensor, settings: settings, kernel: kernel)
    var bytes: [UInt8] = []
    packed.forEachSection { bytes.append(contentsOf: $0) }
    return Double(8 * bytes.withUnsafeBytes { codec.compressedByteCount($0) })
  }
}
