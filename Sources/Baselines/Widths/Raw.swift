/// Every value in its container.
public struct Raw: Baseline {
  public static let name = "raw"

  public init() {}

  public func bitCount(of tensor: BaselineTensor) -> Double { Double(tensor.valueCount * tensor.containerBits) }
}
