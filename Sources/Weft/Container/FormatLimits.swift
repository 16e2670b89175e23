/// The limits of the format (SPEC.md section 9.1).
public enum FormatLimits {
  /// Values of a tensor, each extent, bytes of a stored entry.
  public static let values = 1 << 48
  public static let rank = 8
  /// Bytes of a name.
  public static let name = 4096
  /// Bytes of an entry's metadata, with its length fields.
  public static let metadata = 1 << 24
  /// Data bytes of a full chunk of a stored entry.
  public static let chunk = 131_072

  /// The product of extents; nil above the limit. An extent of 0 makes it 0, yet every extent is held to the limit.
  static func valueCount(_ shape: [Int]) -> Int? {
    guard shape.allSatisfy({ (0...values).contains($0) }) else { return nil }
    if shape.contains(0) { return 0 }
    var count = 1
    for extent in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard !overflows, product <= values else { return nil }
      count = product
    }
    return count
  }
}
