extension FixedPointMultiplier {
  /// `value` times the factor, rounded as named; nil where the arithmetic has no defined result: a shifted value
  /// beyond int32 (two steps), or a shift that the rule does not allow.
  public func apply(to value: Int64, rounding: Rounding) -> Int64? {
    switch rounding {
    case .twoStep: twoStep(value)
    case .singleStep: singleStep(value)
    case .reducedMultiplier: reduced(value)
    }
  }

  private func twoStep(_ value: Int64) -> Int64? {
    let left = max(shift, 0)
    guard let small = Int32(exactly: value), let shifted = Int32(exactly: Int64(small) << Int64(left)) else {
      return nil
    }
    let product = Int64(shifted) * Int64(q31)
    let nudge: Int64 = product >= 0 ? 1 << 30 : 1 - 1 << 30
    let high = (product + nudge) / (1 << 31)
    let right = max(-shift, 0)
    guard right > 0 else { return high }
    guard right <= 31 else { return nil }
    let mask = Int64(1) << Int64(right) - 1
    let remainder = high & mask
    let threshold = mask >> 1 + (high < 0 ? 1 : 0)
    return high >> Int64(right) + (remainder > threshold ? 1 : 0)
  }

  private func singleStep(_ value: Int64) -> Int64? {
    Self.scaled(value, by: Int64(q31), shift: 31 - shift)
  }

  private func reduced(_ value: Int64) -> Int64? {
    Self.scaled(value, by: q31 < 0x7fff_0000 ? (Int64(q31) + 1 << 15) >> 16 : 0x7fff, shift: 15 - shift)
  }

  /// `value * factor / 2^shift`, rounded half up; nil when it does not fit.
  private static func scaled(_ value: Int64, by factor: Int64, shift: Int) -> Int64? {
    guard (1...62).contains(shift) else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    let (sum, carry) = product.addingReportingOverflow(Int64(1) << Int64(shift - 1))
    return overflow || carry ? nil : sum >> Int64(shift)
  }
}
