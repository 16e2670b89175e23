/// The smallest and largest value of a tensor, for the orders in which x - c must not wrap (SPEC.md section 5.2).
struct ExactRange {
  let minimum: Int32
  let maximum: Int32
  let isEmpty: Bool

  /// Cost: one fast pass over the values.
  init<K: CodecKernel>(_ tensor: QuantizedTensor, kernel: K) {
    var statistics = LaneStatistics(guess: 0, countsBuckets: false)
    isEmpty = tensor.descriptor.valueCount == 0
    // The tensor's region has its `valueCount` elements, and `tensor` holds it.
    if let elements = unsafe tensor.region.bytes.baseAddress, !isEmpty {
      let (count, type) = (tensor.descriptor.valueCount, tensor.descriptor.elementType)
      let step = ByteRegion.passByteCount / type.byteCount
      for first in stride(from: 0, to: count, by: step) {
        unsafe kernel.addStatistics(
          elements + first * type.byteCount, count: min(step, count - first), type: type, into: &statistics)
        tensor.region.relieveBetweenPasses()
      }
    }
    (minimum, maximum) = (statistics.minimum, statistics.maximum)
  }

  /// Whether x - c is read as two's complement: where any is negative.
  func isSigned(rebase: Int32) -> Bool { !isEmpty && minimum < rebase }

  /// Bits of the widest x - c. Throws where it needs more than 16, or another reading than `isSigned`.
  func precision(rebase: Int32, isSigned: Bool, entry: PlainText) throws(WeftError) -> Int {
    guard !isEmpty else { return 0 }
    let isNeeded = self.isSigned(rebase: rebase)
    var largest = 0
    for value in [minimum, maximum] {
      guard let precision = Precision(needed: value - rebase, isSigned: isNeeded) else {
        throw WeftError(.precisionAboveSixteen, "rebase constant \(rebase)", entry: entry, found: Int64(value))
      }
      largest = max(largest, precision.bitCount)
    }
    guard isNeeded == isSigned else {
      throw WeftError(
        .settingNotApplicable, "reading must be \(isNeeded ? "two's complement" : "unsigned")", entry: entry)
    }
    return largest
  }
}
