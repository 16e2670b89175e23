import Weft

/// libzstd on the stored bytes, as `zstd -LEVEL --no-check FILE` compresses them.
public struct Zstd: Baseline {
  public static let name = "zstd"

  public let codec: ZstdCodec

  public init(level: Int) { codec = ZstdCodec(level: level) }

  public func bitCount(of tensor: BaselineTensor) -> Double {
    Double(8 * codec.compressedByteCount(tensor.tensor.region.bytes))
  }
}
