import Glibc
import Weft

/// Order-0 entropy of the stored bytes: what no code of single bytes goes below.
public struct EntropyFloor: Baseline {
  public static let name = "entropy0"

  public init() {}

  public func bitCount(of tensor: BaselineTensor) -> Double { EntropyFloor.bitCount(tensor.tensor.region.bytes) }

  /// Entropy of any bytes, in bits.
  public static func bitCount(_ bytes: UnsafeRawBufferPointer) -> Double {
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let total = Double(bytes.count)
    return counts.reduce(0.0) { $1 == 0 ? $0 : $0 - Double($1) * log2(Double($1) / total) }
  }
}
