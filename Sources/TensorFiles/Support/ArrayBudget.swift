/// Bounds what the arrays of one file add up to, so that many arrays over the same bytes cannot make a small file
/// large.
struct ArrayBudget {
  /// Arrays may have this many times the file's bytes altogether: room for shared and for unpacked 4-bit arrays.
  static let factor = 16
  /// Most arrays a file has.
  static let maximumArrayCount = 1 << 20

  private var remaining: Int
  private var arrayCount = 0

  init(fileByteCount: Int) { remaining = max(fileByteCount, 1 << 16).multipliedSaturating(by: Self.factor) }

  /// Makes room for the arrays of one more file.
  mutating func add(fileByteCount: Int) {
    let (sum, overflow) = remaining.addingReportingOverflow(fileByteCount.multipliedSaturating(by: Self.factor))
    remaining = overflow ? .max : sum
  }

  /// Accounts for one array. Throws `tooLarge`.
  mutating func spend(_ byteCount: Int, on name: String) throws(TensorFileError) {
    arrayCount += 1
    remaining -= byteCount
    guard remaining >= 0 else {
      throw TensorFileError(
        .tooLarge, "the arrays have more than \(Self.factor) times the file's bytes", place: "array '\(name)'")
    }
    guard arrayCount <= Self.maximumArrayCount else {
      throw TensorFileError(.tooLarge, "more than \(Self.maximumArrayCount) arrays")
    }
  }
}

extension Int {
  fileprivate func multipliedSaturating(by factor: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}
