/// The fixed-point format of one tensor in DNNsim's `precision.txt`.
struct SimulatorFormat: Hashable, Sendable {
  /// Bits left of the point, the sign's among them.
  var magnitudeBits: Int
  /// Bits right of the point; negative drops bits left of it.
  var fractionBits: Int

  /// The largest stored value; the smallest is its negative.
  var limit: Int { (1 << (magnitudeBits + fractionBits - 1)) - 1 }
}
