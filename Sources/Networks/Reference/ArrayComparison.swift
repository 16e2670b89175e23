import Weft

/// Compares arrays value by value.
public enum ArrayComparison {
  /// The differences between two arrays of one shape in C order; nil when there are none.
  ///
  /// Throws `inconsistent` when the numbers of values disagree with `shape`.
  public static func compare(
    layer: String, what: String, shape: [Int], layout: TensorLayout, expected: [Int64], found: [Int64]
  ) throws(NetworkError) -> ArrayMismatch? {
    guard expected.count == found.count, found.count == shape.reduce(1, *), layout.roles.count == shape.count else {
      throw NetworkError(
        .inconsistent, "\(expected.count) \(what) expected, \(found.count) found", place: "layer '\(layer)'")
    }
    guard let first = expected.indices.first(where: { expected[$0] != found[$0] }) else { return nil }
    var rest = first
    let position = AxisOrder.rowMajorStrides(shape).map { stride in
      defer { rest %= stride }
      return rest / stride
    }
    return ArrayMismatch(
      layer: layer, what: what, count: expected.indices.count { expected[$0] != found[$0] },
      valueCount: expected.count, position: position,
      channel: layout.roles.firstIndex(of: .channel).map { position[$0] }, expected: expected[first],
      found: found[first])
  }
}
