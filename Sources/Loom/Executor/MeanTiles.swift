import Networks
import Weft

/// The mean over some axes: one sum an output, values taken as they are read.
struct MeanTiles {
  private let plain: PlainTiles
  private let axes: [Int]

  init(_ plain: PlainTiles, axes: [Int]) {
    self.plain = plain
    self.axes = axes
  }

  func run(_ emit: PlainTiles.Sink) throws {
    let (tensor, planes) = plain.inputs[0]
    let shape = tensor.shape
    let source = MergedAxes(
      TensorDescriptor(name: tensor.name, shape: shape, elementType: .int16, layout: tensor.layout))
    let kept = shape.indices.filter { !axes.contains($0) }
    let count = axes.reduce(1) { $0 * shape[$1] }
    var sums = [Int64](repeating: 0, count: kept.reduce(1) { $0 * shape[$1] })
    let stride = PlainTiles.positionsATile
    let brick = UnsafeMutablePointer<Int32>.allocate(capacity: 16 * stride)
    defer { brick.deallocate() }
    for first in Swift.stride(from: 0, to: planes.positionCount, by: stride) {
      let positions = first..<min(first + stride, planes.positionCount)
      for number in 0..<planes.brickCount {
        planes.read(brick: number, positions: positions, into: brick, stride: stride, kernel: plain.kernel)
        for lane in 0..<min(16, planes.channelCount - 16 * number) {
          for place in 0..<positions.count {
            let (outer, position) = (first + place).quotientAndRemainder(dividingBy: source.positions)
            let flat = source.memoryIndex(outer: outer, position: position, channel: 16 * number + lane)
            sums[target(of: flat, shape, kept)] += Int64(brick[lane * stride + place])
          }
        }
      }
    }
    if plain.layer.requantization == nil { try plain.needSameScale() }
    try emitOutputs(sums, count: Int64(count), emit)
  }

  /// The place among the sums of an element at a flat index in C order.
  private func target(of flat: Int, _ shape: [Int], _ kept: [Int]) -> Int {
    var rest = flat
    var place = 0
    var scale = 1
    for axis in shape.indices.reversed() {
      let (quotient, index) = rest.quotientAndRemainder(dividingBy: shape[axis])
      if kept.contains(axis) {
        place += index * scale
        scale *= shape[axis]
      }
      rest = quotient
    }
    return place
  }

  private func emitOutputs(_ sums: [Int64], count: Int64, _ emit: PlainTiles.Sink) throws {
    let output = plain.output
    let axes = MergedAxes(
      TensorDescriptor(name: output.name, shape: output.shape, elementType: .int16, layout: output.layout))
    let range = plain.range
    let positions = axes.outer * axes.positions
    var values = [Int32](repeating: 0, count: axes.channels * positions)
    for place in 0..<positions {
      let (outer, position) = place.quotientAndRemainder(dividingBy: axes.positions)
      for channel in 0..<axes.channels {
        let sum = sums[axes.memoryIndex(outer: outer, position: position, channel: channel)]
        let value: Int64
        if let rule = plain.layer.requantization {
          guard let result = rule.apply(to: sum, channel: 0, choice: plain.rounding) else {
            throw NetworkError(.overflow, "a mean has no defined value", place: "layer '\(plain.layer.name)'")
          }
          value = min(max(result, -(1 << 40)), 1 << 40)
        } else {
          value = AverageRounding.awayFromZero.average(sum, count: count)
        }
        values[channel * positions + place] = plain.clamped(value + Int64(output.zeroPoint), range)
      }
    }
    try values.withUnsafeBufferPointer { try emit($0.baseAddress!, positions, positions) }
  }
}
