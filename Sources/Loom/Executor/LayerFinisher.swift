import Networks

/// Turns the sums of a tile into stored outputs: trimming's scale, bias, requantisation at ABout, zero point, range.
struct LayerFinisher {
  let layer: Layer
  let rule: Requantization
  let bias: [Int64]?
  /// Low bits that trimming dropped from both operands together.
  let shift: Int
  let range: ClosedRange<Int64>
  let zeroPoint: Int64
  let rounding: RoundingChoice

  init(
    _ layer: Layer, output: GraphTensor, bias: [Int64]?, shift: Int, rounding: RoundingChoice
  ) throws(NetworkError) {
    guard let rule = layer.requantization else {
      throw NetworkError(.unsupported, "no rule says how sums become outputs", place: "layer '\(layer.name)'")
    }
    self.layer = layer
    self.rule = rule
    self.bias = bias
    self.shift = shift
    self.rounding = rounding
    range = LayerFinisher.range(of: layer, output)
    zeroPoint = Int64(output.zeroPoint)
  }

  /// The range that a layer's stored outputs are clamped to.
  static func range(of layer: Layer, _ output: GraphTensor) -> ClosedRange<Int64> {
    if let range = layer.outputRange { return Int64(range.lowerBound)...Int64(range.upperBound) }
    let type = output.type.elementType ?? .int16
    return Int64(type.minimum)...Int64(type.maximum)
  }

  /// Completes the sums and fills in the outputs. Throws `overflow` where a sum leaves the accumulator's type or has
  /// no defined requantisation.
  func finish(_ tile: SumTile) throws(NetworkError) {
    let limit = layer.accumulatorType == .int32 ? Int64(Int32.max) : Int64.max
    let factor = Int64(1) << Int64(shift)
    for filter in 0..<tile.filterCount {
      let sums = tile.sums + 32 * filter
      let outputs = tile.outputs + 32 * filter
      let bias = bias?[filter] ?? 0
      var isExact = true
      for window in 0..<tile.count {
        let (scaled, overflow) = sums[window].multipliedReportingOverflow(by: factor)
        let (sum, carry) = scaled.addingReportingOverflow(bias)
        sums[window] = sum
        isExact = isExact && !overflow && !carry && sum <= limit && sum >= -limit - 1
      }
      guard isExact else {
        throw NetworkError(
          .overflow,
          "a sum of channel \(filter) at windows \(tile.firstWindow)... leaves \(layer.accumulatorType.rawValue)",
          place: "layer '\(layer.name)'")
      }
      try requantize(sums, outputs, tile.count, filter)
    }
  }

  @inline(__always)
  private func requantize(
    _ sums: UnsafeMutablePointer<Int64>, _ outputs: UnsafeMutablePointer<Int32>, _ count: Int, _ filter: Int
  ) throws(NetworkError) {
    if case .shift(let shift) = rule, shift > 0, shift < 62 {
      // The rule of fixed-point networks, once more without the general case's checks.
      let half = Int64(1) << Int64(shift - 1)
      var isDefined = true
      for window in 0..<count {
        let (biased, overflow) = sums[window].addingReportingOverflow(half)
        isDefined = isDefined && !overflow
        let value = (biased >> Int64(shift)) &+ zeroPoint
        outputs[window] = Int32(truncatingIfNeeded: min(max(value, range.lowerBound), range.upperBound))
      }
      guard isDefined else { throw undefined(filter, count, sums) }
      return
    }
    for window in 0..<count {
      guard let value = rule.apply(to: sums[window], channel: filter, choice: rounding) else {
        throw undefined(filter, window, sums)
      }
      let shifted = min(max(value, -(1 << 40)), 1 << 40) + zeroPoint
      outputs[window] = Int32(min(max(shifted, range.lowerBound), range.upperBound))
    }
  }

  private func undefined(_ filter: Int, _ window: Int, _ sums: UnsafeMutablePointer<Int64>) -> NetworkError {
    NetworkError(
      .overflow, "a sum of channel \(filter) has no defined requantisation", place: "layer '\(layer.name)'")
  }
}
