import Weft

/// What the parts of the reference share about one layer.
struct LayerContext {
  let layer: Layer
  let options: ReferenceOptions
  let inputs: [GraphTensor]
  let output: GraphTensor

  /// The range outputs are clamped to.
  var range: ClosedRange<Int64> {
    if let range = layer.outputRange { return Int64(range.lowerBound)...Int64(range.upperBound) }
    let type = output.type.elementType ?? .int16
    return Int64(type.minimum)...Int64(type.maximum)
  }

  /// An output from a value without zero point.
  func stored(_ value: Int64) -> Int32 { clamped(value + Int64(output.zeroPoint)) }

  /// A value clamped to the output range.
  func clamped(_ value: Int64) -> Int32 {
    let range = range
    return Int32(min(max(value, range.lowerBound), range.upperBound))
  }

  /// Outputs from sums in the order of the output's channels, `channelCount` of them running fastest.
  func requantized(_ sums: [Int64], channelCount: Int) throws(NetworkError) -> [Int32] {
    guard let rule = layer.requantization else {
      throw NetworkError(.unsupported, "no rule says how sums become outputs")
    }
    let range = range
    let zeroPoint = Int64(output.zeroPoint)
    var outputs: [Int32] = []
    outputs.reserveCapacity(sums.count)
    var channel = 0
    for (index, sum) in sums.enumerated() {
      guard let value = rule.apply(to: sum, channel: channel, choice: options.rounding) else {
        throw NetworkError(.overflow, "sum \(sum) of output \(index) has no defined requantisation")
      }
      let shifted = min(max(value, -(1 << 40)), 1 << 40) + zeroPoint
      outputs.append(Int32(min(max(shifted, range.lowerBound), range.upperBound)))
      channel += 1
      if channel == channelCount { channel = 0 }
    }
    return outputs
  }

  /// Throws unless the values of every input mean the same as those of the output.
  func needSameScale() throws(NetworkError) {
    for input in inputs
    where input.scale != output.scale || input.zeroPoint != output.zeroPoint
      || input.fractionBits != output.fractionBits
    {
      throw NetworkError(.unsupported, "input '\(input.name)' and the output have different scales")
    }
  }
}
