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
  let kernel: ArrayKernel
  /// Bits that no sum of the layer exceeds.
  private let sumBits: Int
  private let largestBias: UInt64

  init(
    _ layer: Layer, output: GraphTensor, bias: [Int64]?, shift: Int, sumBits: Int, rounding: RoundingChoice,
    kernel: ArrayKernel
  ) throws(NetworkError) {
    guard let rule = layer.requantization else {
      throw NetworkError(.unsupported, "no rule says how sums become outputs", place: "layer '\(layer.name)'")
    }
    self.layer = layer
    self.rule = rule
    self.bias = bias
    self.shift = shift
    self.rounding = rounding
    self.kernel = kernel
    self.sumBits = sumBits
    largestBias = bias?.map(\.magnitude).max() ?? 0
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
    let isSmall = sumBits + shift <= 60 && largestBias < 1 << 60
    for filter in 0..<tile.filterCount {
      let sums = tile.sums + 32 * filter
      let outputs = tile.outputs + 32 * filter
      let bias = bias?[filter] ?? 0
      if isSmall, case .shift(let right) = rule, (1...61).contains(right) {
        // The rule of fixed-point networks, without checks that cannot fail; 64-bit sums have no range to leave.
        let isInside = kernel.finish(
          sums, outputs, count: tile.count, scale: shift, bias: bias, shift: right, zeroPoint: zeroPoint,
          range: range, limit: min(limit, 1 << 62))
        guard isInside else { throw overflow(filter, tile) }
      } else {
        guard complete(sums, tile.count, bias, limit) else { throw overflow(filter, tile) }
        try requantize(sums, outputs, tile.count, filter)
      }
    }
  }

  /// Scales sums and adds the bias; false when one leaves the accumulator's type.
  private func complete(_ sums: UnsafeMutablePointer<Int64>, _ count: Int, _ bias: Int64, _ limit: Int64) -> Bool {
    let factor = Int64(1) << Int64(shift)
    var isExact = true
    for window in 0..<count {
      let (scaled, overflow) = sums[window].multipliedReportingOverflow(by: factor)
      let (sum, carry) = scaled.addingReportingOverflow(bias)
      sums[window] = sum
      isExact = isExact && !overflow && !carry && sum <= limit && sum >= -limit - 1
    }
    return isExact
  }

  private func requantize(
    _ sums: UnsafeMutablePointer<Int64>, _ outputs: UnsafeMutablePointer<Int32>, _ count: Int, _ filter: Int
  ) throws(NetworkError) {
    for window in 0..<count {
      guard let value = rule.apply(to: sums[window], channel: filter, choice: rounding) else {
        throw NetworkError(
          .overflow, "a sum of channel \(filter) has no defined requantisation", place: "layer '\(layer.name)'")
      }
      let shifted = min(max(value, -(1 << 40)), 1 << 40) + zeroPoint
      outputs[window] = Int32(min(max(shifted, range.lowerBound), range.upperBound))
    }
  }

  private func overflow(_ filter: Int, _ tile: SumTile) -> NetworkError {
    NetworkError(
      .overflow,
      "a sum of channel \(filter) at windows \(tile.firstWindow)...\(tile.firstWindow + tile.count - 1) leaves \(layer.accumulatorType.rawValue)",
      place: "layer '\(layer.name)'")
  }
}
