/// A serial inner-product unit, register by register (Sharify et al., DAC 2018, figure 3).
///
/// Loom takes one weight bit at a time; the same unit with all weight bits, or all bits of both, at once is that of
/// Stripes and of the bit-parallel baseline.
public struct SIP: Hashable, Sendable {
  /// Weight register: one word of up to 16 one-bit weights for each weight bit taken at once, the lowest first.
  public var wr: [UInt16] = []
  /// Adds up the tree's sums over the bits of the activations.
  public var ac1: Int64 = 0
  /// Adds up AC1 over the bits of the weights.
  public var ac2: Int64 = 0
  /// Output register: adds up AC2 over the bricks.
  public var or: Int64 = 0
  /// The largest output seen, for max pooling behind the unit.
  public var maximum = Int64.min

  public init() {}

  /// The adder tree's sum for one cycle: ANDs and popcounts of the weight register with the activation words on the
  /// bus, each at its place. `negatesTopWeight` and `negatesTopActivation` stand for the sign planes.
  public func tree(_ activations: [UInt16], negatesTopActivation: Bool, negatesTopWeight: Bool) -> Int64 {
    var sum: Int64 = 0
    for (i, activation) in activations.enumerated() {
      for (j, weight) in wr.enumerated() {
        let count = Int64((activation & weight).nonzeroBitCount) << Int64(i + j)
        let isNegative =
          (negatesTopActivation && i == activations.count - 1) != (negatesTopWeight && j == wr.count - 1)
        sum += isNegative ? -count : count
      }
    }
    return sum
  }

  /// One cycle: the tree's sum joins AC1, which first makes room for the bits that follow the previous ones.
  public mutating func cycle(
    _ activations: [UInt16], negatesTopActivation: Bool, negatesTopWeight: Bool
  ) {
    ac1 =
      ac1 << Int64(activations.count)
      + tree(activations, negatesTopActivation: negatesTopActivation, negatesTopWeight: negatesTopWeight)
  }

  /// After the last activation bit: AC1 joins AC2, which makes room for the next weight bits.
  public mutating func endWeightBits(count: Int) {
    ac2 = ac2 << Int64(count) + ac1
    ac1 = 0
  }

  /// After the last weight bit: AC2 joins OR.
  public mutating func endBrick() {
    or += ac2
    ac2 = 0
  }

  /// Hands the output over and begins anew.
  public mutating func takeOutput() -> Int64 {
    maximum = max(maximum, or)
    defer { or = 0 }
    return or
  }
}
