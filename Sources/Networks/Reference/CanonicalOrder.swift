/// Brings values in the order outer, height, width, channel into the order a tensor is stored in.
enum CanonicalOrder {
  /// The same values in stored order; no copy when the orders agree.
  static func stored<Value>(_ values: [Value], _ shape: CanonicalShape) -> [Value] {
    guard shape.places != shape.places.sorted() else { return values }
    // Axes of extent 1 that are not stored fall away; the rest is a permutation of the four.
    let missing = (0..<4).filter { !shape.places.contains($0) }
    return AxisOrder.transposed(values, shape: shape.extents, permutation: missing + shape.places)
  }
}
