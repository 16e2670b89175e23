/// The product of two activations, batch by batch.
struct MatrixProduct {
  let context: LayerContext
  let transposesSecond: Bool

  func evaluate(_ first: IntegerArray, _ second: IntegerArray) throws(NetworkError) -> LayerResult {
    let rows = first.shape[first.shape.count - 2]
    let inner = first.shape[first.shape.count - 1]
    let columns = context.output.shape[context.output.shape.count - 1]
    let batch = first.shape.dropLast(2).reduce(1, *)
    let (rowStep, columnStep) = transposesSecond ? (1, inner) : (columns, 1)
    let left = first.values.map { Int64($0) - Int64(context.inputs[0].zeroPoint) }
    let right = second.values.map { Int64($0) - Int64(context.inputs[1].zeroPoint) }
    let limit = context.layer.accumulatorType == .int32 ? Int64(Int32.max) : Int64.max
    var sums: [Int64] = []
    sums.reserveCapacity(batch * rows * columns)
    for matrix in 0..<batch {
      for row in 0..<rows {
        for column in 0..<columns {
          var sum: Int64 = 0
          for index in 0..<inner {
            sum &+=
              left[(matrix * rows + row) * inner + index]
              &* right[matrix * inner * columns + index * rowStep + column * columnStep]
          }
          guard sum <= limit, sum >= -limit - 1 else {
            throw NetworkError(.overflow, "the sum of output \(sums.count) leaves int32")
          }
          sums.append(sum)
        }
      }
    }
    let outputs = try context.requantized(sums, channelCount: columns)
    let output = context.output
    return LayerResult(
      accumulators: sums, output: IntegerArray(shape: output.shape, layout: output.layout, values: outputs))
  }
}
