/// Checks the operations that are described by axes: their shapes follow from the inputs'.
struct AxisChecker {
  let operation: LayerOperation
  let inputs: [GraphTensor]
  let output: GraphTensor

  func check() throws(NetworkError) {
    guard let first = inputs.first else { throw NetworkError(.inconsistent, "an input is needed") }
    let shape = first.shape
    let expected: [Int]?
    switch operation {
    case .transpose(let permutation):
      expected = permutation.sorted() == Array(shape.indices) ? permutation.map { shape[$0] } : nil
    case .pad(let before, let after, _): expected = Self.padded(shape, before, after)
    case .concatenate(let axis): expected = concatenated(axis)
    case .mean(let axes):
      guard Set(axes).count == axes.count, !axes.isEmpty, axes.allSatisfy({ shape.indices.contains($0) }),
        axes.allSatisfy({ shape[$0] > 0 })
      else { throw NetworkError(.inconsistent, "mean over axes \(axes) of shape \(shape)") }
      // Whether the axes stay as extents of 1 or go is the same to the values.
      let kept = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
      expected = output.shape.filter { $0 != 1 } == kept.filter { $0 != 1 } ? output.shape : nil
    case .matrixMultiply(let transposesSecond): expected = product(transposesSecond)
    default: return
    }
    guard expected == output.shape else {
      throw NetworkError(
        .inconsistent, "\(operation.name) of \(inputs.map(\.shape)) cannot give \(output.shape)")
    }
  }

  private static func padded(_ shape: [Int], _ before: [Int], _ after: [Int]) -> [Int]? {
    guard before.count == shape.count, after.count == shape.count,
      (before + after).allSatisfy({ (0...Window.maximum).contains($0) })
    else { return nil }
    return shape.indices.map { before[$0] + shape[$0] + after[$0] }
  }

  private func concatenated(_ written: Int) -> [Int]? {
    guard let first = inputs.first else { return nil }
    guard let axis = LayerOperation.axis(written, of: first) else { return nil }
    var shape = first.shape
    for other in inputs.dropFirst() {
      guard other.shape.count == shape.count,
        shape.indices.allSatisfy({ $0 == axis || shape[$0] == other.shape[$0] })
      else { return nil }
      shape[axis] += other.shape[axis]
    }
    return shape
  }

  private func product(_ transposesSecond: Bool) -> [Int]? {
    guard inputs.count == 2, inputs.allSatisfy({ $0.shape.count >= 2 }) else { return nil }
    let (left, right) = (inputs[0].shape, inputs[1].shape)
    let (inner, outer) =
      transposesSecond
      ? (right[right.count - 1], right[right.count - 2]) : (right[right.count - 2], right[right.count - 1])
    guard inner == left.last, Array(left.dropLast(2)) == Array(right.dropLast(2)),
      SafeProduct.of(left + [outer]).map({ $0 <= LayerGraph.maximumMultiplications }) ?? false
    else { return nil }
    return left.dropLast() + [outer]
  }
}

extension LayerOperation {
  /// The axis that is meant: as written, or the channel axis; nil when the tensor has none.
  public static func axis(_ written: Int, of tensor: GraphTensor) -> Int? {
    let axis = written == channelAxis ? tensor.layout.roles.firstIndex(of: .channel) : written
    return axis.flatMap { tensor.shape.indices.contains($0) ? $0 : nil }
  }
}
