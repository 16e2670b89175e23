import Weft

/// Weft's storage form, then zstd: mask, headers and rows of every frame as one stream. For storage only; an array
/// cannot read it.
public struct PlanesZstd: Baseline {
  public static let name = "planes_zstd"

  public let codec: ZstdCodec
  public var storage: WeftStorage

  public init(level: Int, storage: WeftStorage) {
    codec = ZstdCodec(level: level)
    self.storage = storage
  }

  public func bitCount(of tensor: BaselineTensor) throws -> Double { bitCount(of: try storage.packed(tensor)) }

  /// The same for a tensor that is packed already.
  public func bitCount(of packed: PackedTensor) -> Double {
    var bytes: [UInt8] = []
    packed.forEachSection { bytes.append(contentsOf: $0) }
    return Double(8 * bytes.withUnsafeBytes { codec.compressedByteCount($0) })
  }
}
