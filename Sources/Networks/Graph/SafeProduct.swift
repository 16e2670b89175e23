/// Products of numbers that come from files.
enum SafeProduct {
  /// The product of numbers that are not negative; nil when that of all but zeros does not fit. So the product of any
  /// part of them fits too.
  static func of(_ factors: [Int]) -> Int? {
    var product = 1
    for factor in factors where factor != 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      product = next
    }
    return factors.contains(0) ? 0 : product
  }
}
