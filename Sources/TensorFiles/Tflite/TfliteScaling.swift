import Networks
import Weft

/// The multipliers and ranges that TFLite's kernels derive from scales, in the precision they derive them in.
///
/// Source: LiteRT `kernels/kernel_util.cc`, `kernels/add.cc`, `kernels/reduce.cc`, `kernels/activations.cc`.
struct TfliteScaling {
  let inputs: [GraphTensor]
  let output: GraphTensor

  /// The range of stored outputs under an activation function; nil for outputs that are not quantised.
  func range(_ activation: TfliteActivation) -> ClosedRange<Int32>? {
    guard let type = output.type.elementType, let scale = output.scale else { return nil }
    func quantized(_ real: Float) -> Int32 {
      let steps = (real / Float(scale)).rounded(.toNearestOrAwayFromZero)
      return Int32(clamping: Int64(max(min(steps, 0x1p40), -0x1p40)) + Int64(output.zeroPoint))
    }
    let (lower, upper) = activation.bounds
    let low = max(type.minimum, lower.map(quantized) ?? type.minimum)
    let high = min(type.maximum, upper.map(quantized) ?? type.maximum)
    return low <= high ? low...high : nil
  }

  /// How sums become outputs; nil for layers without sums, or without scales.
  func requantization(of layer: Layer, sameScaleCopies: Bool) -> Requantization? {
    guard let scale = output.scale, output.type.elementType != nil, inputs.allSatisfy({ $0.scale != nil }) else {
      return nil
    }
    switch layer.operation {
    case .convolution, .depthwiseConvolution, .fullyConnected:
      guard let weights = layer.weights, !weights.scales.isEmpty, let input = inputs[0].scale else { return nil }
      let rounding = rounding(of: layer)
      return fixedPoint(rounding, weights.scales.map { input * $0 / scale })
    case .matrixMultiply:
      // The product of the scales is single precision in the kernel.
      let product = Float(inputs[0].scale ?? 0) * Float(inputs[1].scale ?? 0)
      return fixedPoint(.twoStep, [Double(product) / scale])
    case .clamp:
      return sameScaleCopies ? nil : fixedPoint(.twoStep, [(inputs[0].scale ?? 0) / scale])
    case .mean(let axes):
      guard let count = ArrayVolume.valueCount(axes.map { max(inputs[0].shape[$0], 1) }) else { return nil }
      return FixedPointMultiplier((inputs[0].scale ?? 0) / scale)?.divided(by: count).map {
        .fixedPoint(.twoStep, [$0])
      }
    default: return nil
    }
  }

  /// The factors of an addition; nil without scales.
  func addition() -> AddScaling? {
    guard let first = inputs[0].scale, let second = inputs[1].scale, let scale = output.scale else { return nil }
    let leftShift = output.type == .int16 ? 15 : 20
    let twice = 2 * max(first, second)
    guard let one = FixedPointMultiplier(first / twice), let two = FixedPointMultiplier(second / twice),
      let sum = FixedPointMultiplier(twice / (Double(1 << leftShift) * scale))
    else { return nil }
    return AddScaling(leftShift: leftShift, first: one, second: two, output: sum)
  }

  private func rounding(of layer: Layer) -> Rounding {
    if case .fullyConnected = layer.operation { return .singleStep }
    return layer.accumulatorType == .int64 ? .reducedMultiplier : .twoStep
  }

  private func fixedPoint(_ rounding: Rounding, _ reals: [Double]) -> Requantization? {
    let multipliers = reals.compactMap { FixedPointMultiplier($0) }
    return multipliers.count == reals.count ? .fixedPoint(rounding, multipliers) : nil
  }
}

extension FixedPointMultiplier {
  /// The factor divided by a count, in integers as TFLite's mean does it; nil when a shift leaves its range.
  func divided(by count: Int) -> FixedPointMultiplier? {
    guard count > 0, let small = Int64(exactly: count) else { return nil }
    let bits = min(63 - small.leadingZeroBitCount, 32, 31 + shift)
    guard bits >= 0, let quotient = Int32(exactly: (Int64(q31) << Int64(bits)) / small),
      Self.shiftRange.contains(shift - bits)
    else { return nil }
    return FixedPointMultiplier(q31: quotient, shift: shift - bits, real: real / Double(count))
  }
}
