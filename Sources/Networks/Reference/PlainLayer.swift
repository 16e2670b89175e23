import Weft

/// Layers without weights: additions, clamps, pools, and those that only move values.
struct PlainLayer {
  let context: LayerContext

  func evaluate(_ inputs: [IntegerArray]) throws(NetworkError) -> IntegerArray {
    let values: [Int32]
    switch context.layer.operation {
    case .add(let scaling): values = try added(inputs, scaling)
    case .clamp: values = try clamped(inputs[0])
    case .maxPool(let window): return try PoolLayer(context: context, window: window).maximum(inputs[0])
    case .averagePool(let window, let rounding):
      return try PoolLayer(context: context, window: window).average(inputs[0], rounding: rounding)
    case .mean(let axes): values = try MeanLayer(context: context, axes: axes).evaluate(inputs[0])
    case .reshape:
      try context.needSameScale()
      values = inputs[0].values
    case .transpose(let permutation):
      try context.needSameScale()
      values = AxisOrder.transposed(inputs[0].values, shape: inputs[0].shape, permutation: permutation)
    case .pad(let before, _, let value):
      try context.needSameScale()
      values = padded(inputs[0], before: before, value: value ?? context.output.zeroPoint)
    case .concatenate(let axis):
      try context.needSameScale()
      values = try concatenated(inputs, axis)
    case .softmax, .other, .convolution, .depthwiseConvolution, .fullyConnected, .matrixMultiply:
      throw NetworkError(.unsupported, "'\(context.layer.operation.name)' is not computed")
    }
    return IntegerArray(shape: context.output.shape, layout: context.output.layout, values: values)
  }

  private func added(_ inputs: [IntegerArray], _ scaling: AddScaling?) throws(NetworkError) -> [Int32] {
    let (first, second) = (inputs[0].values, inputs[1].values)
    guard let scaling else {
      if case .real(let factors) = context.layer.requantization, factors.count == 2 {
        return try first.indices.map { index throws(NetworkError) in
          let left = Float(Int64(first[index]) - Int64(context.inputs[0].zeroPoint)) * factors[0]
          let right = Float(Int64(second[index]) - Int64(context.inputs[1].zeroPoint)) * factors[1]
          guard abs(left + right) < 0x1p40 else { throw NetworkError(.overflow, "output \(index)") }
          return context.stored(Int64((left + right).rounded(.toNearestOrEven)))
        }
      }
      try context.needSameScale()
      return first.indices.map { context.clamped(Int64(first[$0]) + Int64(second[$0])) }
    }
    let rounding = context.options.rounding.rounding(.twoStep)
    let zeroPoints = context.inputs.map { Int64($0.zeroPoint) }
    var outputs: [Int32] = []
    outputs.reserveCapacity(first.count)
    for index in first.indices {
      let left = (Int64(first[index]) - zeroPoints[0]) << Int64(scaling.leftShift)
      let right = (Int64(second[index]) - zeroPoints[1]) << Int64(scaling.leftShift)
      guard let one = scaling.first.apply(to: left, rounding: rounding),
        let two = scaling.second.apply(to: right, rounding: rounding),
        let sum = scaling.output.apply(to: one + two, rounding: rounding)
      else { throw NetworkError(.overflow, "output \(index) has no defined requantisation") }
      outputs.append(context.stored(sum))
    }
    return outputs
  }

  private func clamped(_ input: IntegerArray) throws(NetworkError) -> [Int32] {
    guard context.layer.requantization != nil else {
      try context.needSameScale()
      return input.values.map { context.clamped(Int64($0)) }
    }
    let zeroPoint = Int64(context.inputs[0].zeroPoint)
    return try context.requantized(input.values.map { Int64($0) - zeroPoint }, channelCount: 1)
  }

  private func padded(_ input: IntegerArray, before: [Int], value: Int32) -> [Int32] {
    let shape = context.output.shape
    var outputs = [Int32](repeating: value, count: shape.reduce(1, *))
    guard let row = input.shape.last, row > 0 else {
      if input.shape.isEmpty { outputs = input.values }
      return outputs
    }
    let strides = AxisOrder.rowMajorStrides(shape)
    for (number, start) in stride(from: 0, to: input.values.count, by: row).enumerated() {
      var rest = number
      var offset = before[shape.count - 1]
      for axis in input.shape.indices.dropLast().reversed() {
        offset += (rest % input.shape[axis] + before[axis]) * strides[axis]
        rest /= input.shape[axis]
      }
      outputs.replaceSubrange(offset..<offset + row, with: input.values[start..<start + row])
    }
    return outputs
  }

  private func concatenated(_ inputs: [IntegerArray], _ written: Int) throws(NetworkError) -> [Int32] {
    guard let axis = LayerOperation.axis(written, of: context.inputs[0]) else {
      throw NetworkError(.inconsistent, "the axis of a concatenation")
    }
    let runs = inputs.map { $0.shape[axis...].reduce(1, *) }
    let rows = inputs[0].shape[..<axis].reduce(1, *)
    var outputs: [Int32] = []
    outputs.reserveCapacity(context.output.valueCount)
    for row in 0..<rows {
      for (input, run) in zip(inputs, runs) { outputs += input.values[row * run..<(row + 1) * run] }
    }
    return outputs
  }
}
