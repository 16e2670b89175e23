/// Zero run lengths (Eyeriss, ISSCC 2016): 5 bits that count up to 31 zeros, then one value whole. A longer run takes
/// further pairs whose value is itself a 0; so does a run at the end.
public struct ZeroRunLength: Baseline {
  public static let name = "zero_rle"

  public init() {}

  public func bitCount(of tensor: BaselineTensor) -> Double {
    var pairs = 0
    var run = 0
    for value in tensor.values {
      if value != 0 || run == 31 {
        pairs += 1
        run = 0
      } else {
        run += 1
      }
    }
    if run > 0 { pairs += 1 }
    return Double(pairs * (5 + tensor.containerBits))
  }
}
