/// DPRed (Delmas Lascorz et al., arXiv 1804.06732): groups of 16 values in whole groups, a header that names a width of
/// 1...16 (1...8), every value of the group at that width.
public struct DPRedDense: Baseline {
  public static let name = "dpred16"

  public init() {}

  public func bitCount(of tensor: BaselineTensor) -> Double {
    var bits = 0
    tensor.forEachGroup { group in
      let width = max(1, group.reduce(0) { max($0, tensor.width($1)) })
      bits += tensor.headerBits + 16 * width
    }
    return Double(bits)
  }
}
