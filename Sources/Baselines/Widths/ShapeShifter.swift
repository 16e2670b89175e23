/// ShapeShifter (Delmas Lascorz et al., MICRO 2019): groups of 16, a bit a value that says whether it is 0, a header,
/// and the other values in sign and magnitude at the group's width; a group of zeros has mask and header alone.
public struct ShapeShifter: Baseline {
  public static let name = "shapeshifter16"

  public init() {}

  public func bitCount(of tensor: BaselineTensor) -> Double {
    var bits = 0
    tensor.forEachGroup { group in
      let largest = group.reduce(0) { max($0, $1.magnitude) }
      let magnitude = UInt32.bitWidth - largest.leadingZeroBitCount
      let width = largest == 0 ? 0 : min(tensor.containerBits, magnitude + (tensor.isSigned ? 1 : 0))
      bits += 16 + tensor.headerBits + width * group.count { $0 != 0 }
    }
    return Double(bits)
  }
}
