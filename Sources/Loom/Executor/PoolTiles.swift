import Networks
import Weft

/// Maximum and average pools, a row of outputs at a time; each row of inputs is read once.
struct PoolTiles {
  private let plain: PlainTiles
  private let window: Window
  private let rounding: AverageRounding?

  /// `rounding` is nil for the maximum, which the array finds with the comparators behind its SIPs.
  init(_ plain: PlainTiles, _ window: Window, rounding: AverageRounding?) {
    self.plain = plain
    self.window = window
    self.rounding = rounding
  }

  func run(_ emit: PlainTiles.Sink) throws {
    try plain.needSameScale()
    let (tensor, planes) = plain.inputs[0]
    guard let source = CanonicalShape(tensor.shape, tensor.layout),
      let result = CanonicalShape(plain.output.shape, plain.output.layout)
    else { throw NetworkError(.inconsistent, "a pool needs two position axes", place: "layer '\(plain.layer.name)'") }
    let bricks = planes.brickCount
    let (inWidth, outWidth) = (source.width, result.width)
    let ring = (window.kernelHeight - 1) * window.dilationHeight + 1
    // Rows of inputs by number, then a row of totals, then the row of outputs for all channels.
    let lines = min(ring, source.height)
    let memory = UnsafeMutablePointer<Int32>.allocate(
      capacity: 16 * (inWidth * (lines + 1) * bricks + outWidth * bricks))
    defer { memory.deallocate() }
    let totals = memory + 16 * inWidth * lines * bricks
    let outputs = totals + 16 * inWidth * bricks
    outputs.initialize(repeating: 0, count: 16 * outWidth * bricks)
    for image in 0..<result.outer {
      var held = [Int](repeating: -1, count: lines)
      for row in 0..<result.height {
        let rows = (0..<window.kernelHeight).map {
          row * window.strideHeight + $0 * window.dilationHeight - window.padding.top
        }
        .filter { $0 >= 0 && $0 < source.height }
        for y in rows where held[y % lines] != y {
          held[y % lines] = y
          let first = (image * source.height + y) * inWidth
          for brick in 0..<bricks {
            planes.read(
              brick: brick, positions: first..<first + inWidth,
              into: memory + 16 * inWidth * (y % lines * bricks + brick), stride: inWidth, kernel: plain.kernel)
          }
        }
        try pool(rows.map { memory + 16 * inWidth * bricks * ($0 % lines) }, totals, outputs, bricks, inWidth, outWidth)
        try emit(outputs, outWidth, outWidth)
      }
    }
  }

  /// One row of outputs from the rows of inputs that its windows cover.
  private func pool(
    _ rows: [UnsafeMutablePointer<Int32>], _ totals: UnsafeMutablePointer<Int32>,
    _ outputs: UnsafeMutablePointer<Int32>, _ bricks: Int, _ inWidth: Int, _ outWidth: Int
  ) throws {
    let spans = (0..<outWidth).map { column in
      (0..<window.kernelWidth).map { column * window.strideWidth + $0 * window.dilationWidth - window.padding.left }
        .filter { $0 >= 0 && $0 < inWidth }
    }
    guard !rows.isEmpty, !spans.contains(where: \.isEmpty) else {
      throw NetworkError(.unsupported, "a window lies in the padding", place: "layer '\(plain.layer.name)'")
    }
    let isMaximum = rounding == nil
    let count = 16 * inWidth * bricks
    totals.update(from: rows[0], count: count)
    for row in rows.dropFirst() {
      if isMaximum {
        for index in 0..<count { totals[index] = max(totals[index], row[index]) }
      } else {
        for index in 0..<count { totals[index] &+= row[index] }
      }
    }
    let range = plain.range
    let zeroPoint = Int64(plain.output.zeroPoint)
    for lane in 0..<16 * bricks {
      let line = totals + lane * inWidth
      for column in 0..<outWidth {
        let span = spans[column]
        if let rounding {
          let taps = Int64(span.count * rows.count)
          let total = span.reduce(Int64(0)) { $0 + Int64(line[$1]) }
          // Without the zero point a tie falls on another even number.
          let average =
            rounding == .halfEven
            ? rounding.average(total, count: taps) + zeroPoint
            : rounding.average(total + taps * zeroPoint, count: taps)
          outputs[lane * outWidth + column] = plain.clamped(average, range)
        } else {
          var largest = Int32.min
          if plain.usesComparators {
            var unit = SIP()
            for row in rows {
              for x in span {
                unit.or = Int64(row[lane * inWidth + x])
                _ = unit.takeOutput()
              }
            }
            largest = Int32(truncatingIfNeeded: unit.maximum)
          } else {
            for x in span { largest = max(largest, line[x]) }
          }
          outputs[lane * outWidth + column] = plain.clamped(Int64(largest) + zeroPoint, range)
        }
      }
    }
  }
}
