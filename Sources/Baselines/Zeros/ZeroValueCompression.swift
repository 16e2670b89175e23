/// Zero-value compression (Rhu et al., HPCA 2018): a mask bit a value, and the others whole.
public struct ZeroValueCompression: Baseline {
  public static let name = "zvc"

  public init() {}

  public func bitCount(of tensor: BaselineTensor) -> Double {
    Double(tensor.valueCount + tensor.containerBits * tensor.values.count { $0 != 0 })
  }
}
