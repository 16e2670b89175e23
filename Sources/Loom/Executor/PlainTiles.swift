import Networks
import Weft

/// Layers without weights, tile by tile of consecutive positions: pools, additions, clamps, and those that only move
/// values. Values are read out of planes a tile at a time and handed on at once.
struct PlainTiles {
  let layer: Layer
  let inputs: [(tensor: GraphTensor, planes: ActivationPlanes)]
  let output: GraphTensor
  let rounding: RoundingChoice
  let kernel: ArrayKernel
  /// Maxima are found by the comparator behind a unit, one output after the other.
  var usesComparators = false
  /// Gets channel c's stored value of position p at `values[c * stride + p]`.
  typealias Sink = (_ values: UnsafePointer<Int32>, _ stride: Int, _ count: Int) throws -> Void

  static let positionsATile = 256

  func run(_ emit: Sink) throws {
    switch layer.operation {
    case .add(let scaling): try add(scaling, emit)
    case .clamp: try clamp(emit)
    case .maxPool(let window): try PoolTiles(self, window, rounding: nil).run(emit)
    case .averagePool(let window, let rounding): try PoolTiles(self, window, rounding: rounding).run(emit)
    case .mean(let axes): try MeanTiles(self, axes: axes).run(emit)
    case .reshape, .transpose, .pad, .concatenate: try MovedTiles(self).run(emit)
    case .softmax, .other, .convolution, .depthwiseConvolution, .fullyConnected, .matrixMultiply:
      throw NetworkError(
        .unsupported, "the array does not compute '\(layer.operation.name)'", place: "layer '\(layer.name)'")
    }
  }

  var range: ClosedRange<Int64> { LayerFinisher.range(of: layer, output) }

  @inline(__always)
  func clamped(_ value: Int64, _ range: ClosedRange<Int64>) -> Int32 {
    Int32(min(max(value, range.lowerBound), range.upperBound))
  }

  /// Throws unless the values of every input mean the same as those of the output.
  func needSameScale() throws(NetworkError) {
    for (input, _) in inputs
    where input.scale != output.scale || input.zeroPoint != output.zeroPoint
      || input.fractionBits != output.fractionBits
    {
      throw NetworkError(
        .unsupported, "input '\(input.name)' and the output have different scales", place: "layer '\(layer.name)'")
    }
  }

  /// Calls `body` with the values (less their zero points) of all inputs, brick by brick of one tile, then emits it.
  private func forEachTile(
    _ emit: Sink,
    _ body: (_ operands: [UnsafeMutablePointer<Int32>], _ values: UnsafeMutablePointer<Int32>) throws -> Void
  ) throws {
    let planes = inputs.map(\.planes)
    let stride = PlainTiles.positionsATile
    let bricks = planes[0].brickCount
    let memory = UnsafeMutablePointer<Int32>.allocate(capacity: 16 * stride * (inputs.count + bricks))
    memory.initialize(repeating: 0, count: 16 * stride * (inputs.count + bricks))
    defer { memory.deallocate() }
    let operands = inputs.indices.map { memory + 16 * stride * (bricks + $0) }
    for first in Swift.stride(from: 0, to: planes[0].positionCount, by: stride) {
      let positions = first..<min(first + stride, planes[0].positionCount)
      for brick in 0..<bricks {
        for (source, target) in zip(planes, operands) {
          source.read(brick: brick, positions: positions, into: target, stride: stride, kernel: kernel)
        }
        try body(operands, memory + 16 * stride * brick)
      }
      try emit(memory, stride, positions.count)
    }
  }

  private func add(_ scaling: AddScaling?, _ emit: Sink) throws {
    let range = range
    let (first, second) = (inputs[0].planes, inputs[1].planes)
    guard first.positionCount == second.positionCount, first.channelCount == second.channelCount,
      inputs[0].tensor.layout == inputs[1].tensor.layout, inputs[0].tensor.layout == output.layout
    else {
      throw NetworkError(.unsupported, "inputs whose axes lie differently", place: "layer '\(layer.name)'")
    }
    let zeroPoint = Int64(output.zeroPoint)
    let values = 16 * PlainTiles.positionsATile
    guard let scaling else {
      if case .real(let factors) = layer.requantization, factors.count == 2 {
        return try forEachTile(emit) { operands, target in
          for index in 0..<values {
            let sum = Float(operands[0][index]) * factors[0] + Float(operands[1][index]) * factors[1]
            guard abs(sum) < 0x1p40 else { throw NetworkError(.overflow, "a sum", place: "layer '\(layer.name)'") }
            target[index] = clamped(Int64(sum.rounded(.toNearestOrEven)) + zeroPoint, range)
          }
        }
      }
      try needSameScale()
      return try forEachTile(emit) { operands, target in
        // Stored values are added, zero points and all.
        for index in 0..<values {
          target[index] = clamped(Int64(operands[0][index]) + Int64(operands[1][index]) + 2 * zeroPoint, range)
        }
      }
    }
    let rule = rounding.rounding(.twoStep)
    try forEachTile(emit) { operands, target in
      for index in 0..<values {
        let left = Int64(operands[0][index]) << Int64(scaling.leftShift)
        let right = Int64(operands[1][index]) << Int64(scaling.leftShift)
        guard let one = scaling.first.apply(to: left, rounding: rule),
          let two = scaling.second.apply(to: right, rounding: rule),
          let sum = scaling.output.apply(to: one + two, rounding: rule)
        else {
          throw NetworkError(.overflow, "a sum has no defined requantisation", place: "layer '\(layer.name)'")
        }
        target[index] = clamped(sum + zeroPoint, range)
      }
    }
  }

  private func clamp(_ emit: Sink) throws {
    let range = range
    let zeroPoint = Int64(output.zeroPoint)
    let values = 16 * PlainTiles.positionsATile
    guard inputs[0].tensor.layout == output.layout else {
      throw NetworkError(.unsupported, "input and output whose axes lie differently", place: "layer '\(layer.name)'")
    }
    if layer.requantization == nil { try needSameScale() }
    try forEachTile(emit) { operands, target in
      for index in 0..<values {
        var value = Int64(operands[0][index])
        if let rule = layer.requantization {
          guard let result = rule.apply(to: value, channel: 0, choice: rounding) else {
            throw NetworkError(.overflow, "a value has no defined requantisation", place: "layer '\(layer.name)'")
          }
          value = min(max(result, -(1 << 40)), 1 << 40)
        }
        target[index] = clamped(value + zeroPoint, range)
      }
    }
  }
}
