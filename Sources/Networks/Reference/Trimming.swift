/// Rounds low bits of 16-bit operands away, as a per-layer precision profile asks for. Lossy.
public enum Trimming {
  /// `clamp(floor((x + 2^(d-1)) / 2^d), -2^(15-d), 2^(15-d) - 1)` for d = `droppedBits` in 1...15; `x` for 0.
  @inlinable
  public static func trim(_ value: Int32, droppedBits: Int) -> Int32 {
    guard droppedBits > 0 else { return value }
    let shift = Int64(droppedBits)
    let rounded = (Int64(value) + 1 << (shift - 1)) >> shift
    let limit = Int64(1) << (15 - shift)
    return Int32(min(max(rounded, -limit), limit - 1))
  }

  /// All values trimmed; the same array when nothing is dropped.
  public static func trim(_ values: [Int32], droppedBits: Int) -> [Int32] {
    droppedBits == 0 ? values : values.map { trim($0, droppedBits: droppedBits) }
  }
}
