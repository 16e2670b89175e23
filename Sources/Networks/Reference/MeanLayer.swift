/// The mean over some axes.
///
/// With a multiplier the sum without zero points times the multiplier is the mean (the count is in the multiplier, as
/// TFLite folds it); without one the scales are the same and the mean is rounded as an average pool's.
struct MeanLayer {
  let context: LayerContext
  let axes: [Int]

  func evaluate(_ input: IntegerArray) throws(NetworkError) -> [Int32] {
    let kept = input.shape.indices.filter { !axes.contains($0) }
    let count = axes.reduce(1) { $0 * input.shape[$1] }
    let sorted = AxisOrder.transposed(input.values, shape: input.shape, permutation: kept + axes)
    let zeroPoint = Int64(context.inputs[0].zeroPoint)
    var sums: [Int64] = []
    for start in stride(from: 0, to: sorted.count, by: count) {
      sums.append(sorted[start..<start + count].reduce(0) { $0 + Int64($1) - zeroPoint })
    }
    guard context.layer.requantization == nil else { return try context.requantized(sums, channelCount: 1) }
    try context.needSameScale()
    return sums.map { context.stored(AverageRounding.awayFromZero.average($0, count: Int64(count))) }
  }
}
