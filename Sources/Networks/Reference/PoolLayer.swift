/// Maximum and average pools.
struct PoolLayer {
  let context: LayerContext
  let window: Window

  func maximum(_ input: IntegerArray) throws(NetworkError) -> IntegerArray {
    try context.needSameScale()
    return try evaluate(input, start: Int64(Int32.min), combine: { max($0, $1) }) { total, _ in total }
  }

  func average(_ input: IntegerArray, rounding: AverageRounding) throws(NetworkError) -> IntegerArray {
    try context.needSameScale()
    // Without the zero point a tie falls on another even number.
    let zeroPoint = rounding == .halfEven ? Int64(context.output.zeroPoint) : 0
    return try evaluate(input, start: 0, combine: { $0 + $1 }) { total, count in
      rounding.average(total - count * zeroPoint, count: count) + zeroPoint
    }
  }

  private func evaluate(
    _ input: IntegerArray, start: Int64, combine: (Int64, Int64) -> Int64, finish: (Int64, Int64) -> Int64
  ) throws(NetworkError) -> IntegerArray {
    let (source, values) = input.canonical()
    let output = context.output
    guard let result = CanonicalShape(output.shape, output.layout) else {
      throw NetworkError(.inconsistent, "a pool needs two position axes")
    }
    var outputs: [Int32] = []
    outputs.reserveCapacity(output.valueCount)
    for image in 0..<result.outer {
      for row in 0..<result.height {
        for column in 0..<result.width {
          let taps = taps(row, column, source).map { (image * source.height + $0.0) * source.width + $0.1 }
          guard !taps.isEmpty else {
            throw NetworkError(.unsupported, "the window at row \(row), column \(column) lies in the padding")
          }
          for channel in 0..<result.channels {
            var total = start
            for tap in taps { total = combine(total, Int64(values[tap * source.channels + channel])) }
            outputs.append(context.clamped(finish(total, Int64(taps.count))))
          }
        }
      }
    }
    return IntegerArray(canonical: outputs, shape: output.shape, layout: output.layout)
  }

  /// The rows and columns of the image that a window covers.
  private func taps(_ row: Int, _ column: Int, _ source: CanonicalShape) -> [(Int, Int)] {
    var taps: [(Int, Int)] = []
    for kernelRow in 0..<window.kernelHeight {
      let inputRow = row * window.strideHeight + kernelRow * window.dilationHeight - window.padding.top
      guard inputRow >= 0, inputRow < source.height else { continue }
      for kernelColumn in 0..<window.kernelWidth {
        let inputColumn = column * window.strideWidth + kernelColumn * window.dilationWidth - window.padding.left
        if inputColumn >= 0, inputColumn < source.width { taps.append((inputRow, inputColumn)) }
      }
    }
    return taps
  }
}

extension AverageRounding {
  /// The average of `count` values with sum `total`; `count` is at least 1.
  public func average(_ total: Int64, count: Int64) -> Int64 {
    switch self {
    case .awayFromZero: return total > 0 ? (total + count / 2) / count : (total - count / 2) / count
    case .halfUp:
      let (quotient, remainder) = (2 * total + count).quotientAndRemainder(dividingBy: 2 * count)
      return remainder < 0 ? quotient - 1 : quotient
    case .halfEven:
      let floor = AverageRounding.halfUp.average(total, count: count)
      let isTie = 2 * total + count == 2 * count * floor
      return isTie && floor % 2 != 0 ? floor - 1 : floor
    }
  }
}
