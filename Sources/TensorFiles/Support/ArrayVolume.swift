/// Sizes computed from shapes that come from files.
enum ArrayVolume {
  /// The product of the extents; nil for a negative extent or a product beyond `Int`, zero extents left aside.
  static func valueCount(_ shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      guard extent >= 0 else { return nil }
      guard extent > 0 else { continue }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }

  /// Bytes of an array; nil as for the number of values.
  static func byteCount(_ shape: [Int], elementByteCount: Int) -> Int? {
    guard valueCount(shape.map { max($0, 1) }) != nil, let count = valueCount(shape) else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: elementByteCount)
    return overflow ? nil : product
  }
}
