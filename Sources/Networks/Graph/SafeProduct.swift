/// Products of numbers that come from files.
enum SafeProduct {
  /// The product of numbers that are not negative; nil when it does not fit.
  static func of(_ factors: [Int]) -> Int? {
    var product = 1
    for factor in factors {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      product = next
    }
    return product
  }
}
