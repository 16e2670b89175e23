extension Requantization {
  /// A sum of output channel `channel` to an output without its zero point; nil where it has no defined result.
  public func apply(to sum: Int64, channel: Int, choice: RoundingChoice) -> Int64? {
    switch self {
    case .fixedPoint(let rounding, let multipliers):
      return multipliers[multipliers.count == 1 ? 0 : channel].apply(to: sum, rounding: choice.rounding(rounding))
    case .shift(let shift):
      guard shift > 0 else {
        let (result, overflow) = sum.multipliedReportingOverflow(by: Int64(1) << Int64(-shift))
        return overflow ? nil : result
      }
      let (biased, overflow) = sum.addingReportingOverflow(Int64(1) << Int64(shift - 1))
      return overflow ? nil : biased >> Int64(shift)
    case .real(let multipliers):
      let product = Float(sum) * multipliers[multipliers.count == 1 ? 0 : channel]
      guard abs(product) < 0x1p62 else { return nil }
      return Int64(product.rounded(.toNearestOrEven))
    }
  }
}
