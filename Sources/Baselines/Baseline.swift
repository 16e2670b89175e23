/// A way to write an integer tensor, and how many bits it takes.
public protocol Baseline: Sendable {
  /// Lower-case name in reports.
  static var name: String { get }

  /// Bits that the tensor takes, exactly; for codecs of real bytes 8 times their number. Cost: one pass over the
  /// values, more for general-purpose codecs.
  func bitCount(of tensor: BaselineTensor) throws -> Double
}
