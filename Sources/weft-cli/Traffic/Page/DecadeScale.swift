import Foundation

/// A logarithmic scale over whole decades, with a strip of its own before the first for what takes no time at all.
struct DecadeScale {
  /// Powers of ten at both ends.
  let decades: ClosedRange<Int>
  /// Part of the axis that the strip for 0 takes.
  static let strip = 0.08

  /// Covers every value above 0.
  init(_ values: some Sequence<Double>) {
    let powers = values.filter { $0 > 0 && $0.isFinite }.map { log10($0) }
    let first = Int(floor(powers.min() ?? 0))
    decades = first...max(first + 1, Int((powers.max() ?? 0).rounded(.up)))
  }

  /// Place along the axis, 0...1.
  func position(_ value: Double) -> Double {
    guard value > 0 else { return DecadeScale.strip * 0.4 }
    let part = (log10(value) - Double(decades.lowerBound)) / Double(decades.count - 1)
    return DecadeScale.strip + (1 - DecadeScale.strip) * min(1, max(0, part))
  }

  /// At most seven powers of ten, always the first.
  var ticks: [Double] {
    stride(from: decades.lowerBound, through: decades.upperBound, by: (decades.count + 6) / 7).map {
      pow(10, Double($0))
    }
  }
}
