import Networks
import Weft

/// Layers that only move values: reshape, transpose, pad, concatenate. Each output is looked up where it lies in an
/// input's planes.
struct MovedTiles {
  private let plain: PlainTiles

  init(_ plain: PlainTiles) { self.plain = plain }

  func run(_ emit: PlainTiles.Sink) throws {
    try plain.needSameScale()
    let output = plain.output
    let axes = Self.axes(output)
    let stride = PlainTiles.positionsATile
    let values = UnsafeMutablePointer<Int32>.allocate(capacity: stride * max(1, axes.channels))
    defer { values.deallocate() }
    let positions = axes.outer * axes.positions
    for first in Swift.stride(from: 0, to: positions, by: stride) {
      let count = min(stride, positions - first)
      if !(try joinsChannels(first..<first + count, values, stride)) {
        for channel in 0..<axes.channels {
          for place in 0..<count {
            let (outer, position) = (first + place).quotientAndRemainder(dividingBy: axes.positions)
            let index = axes.memoryIndex(outer: outer, position: position, channel: channel)
            values[channel * stride + place] = try value(at: index)
          }
        }
      }
      try emit(values, stride, count)
    }
  }

  private static func axes(_ tensor: GraphTensor) -> MergedAxes {
    MergedAxes(TensorDescriptor(name: tensor.name, shape: tensor.shape, elementType: .int16, layout: tensor.layout))
  }

  /// Concatenation along the channels: bricks of values one after the other. False for anything else.
  private func joinsChannels(
    _ positions: Range<Int>, _ values: UnsafeMutablePointer<Int32>, _ stride: Int
  ) throws -> Bool {
    guard case .concatenate(let written) = plain.layer.operation,
      let axis = LayerOperation.axis(written, of: plain.inputs[0].tensor),
      plain.output.layout.roles[axis] == .channel,
      plain.inputs.allSatisfy({ $0.tensor.layout == plain.output.layout })
    else { return false }
    let zeroPoint = plain.output.zeroPoint
    let brick = UnsafeMutablePointer<Int32>.allocate(capacity: 16 * stride)
    defer { brick.deallocate() }
    var channel = 0
    for (_, planes) in plain.inputs {
      for number in 0..<planes.brickCount {
        planes.read(brick: number, positions: positions, into: brick, stride: stride, kernel: plain.kernel)
        for lane in 0..<min(16, planes.channelCount - 16 * number) {
          for place in 0..<positions.count {
            values[channel * stride + place] = brick[lane * stride + place] + zeroPoint
          }
          channel += 1
        }
      }
    }
    return true
  }

  /// The stored value of the output's element at a flat index in C order.
  private func value(at index: Int) throws -> Int32 {
    let shape = plain.output.shape
    var indices = [Int](repeating: 0, count: shape.count)
    var rest = index
    for axis in shape.indices.reversed() { (rest, indices[axis]) = rest.quotientAndRemainder(dividingBy: shape[axis]) }
    switch plain.layer.operation {
    case .reshape: return stored(0, flat: index)
    case .transpose(let permutation):
      let source = plain.inputs[0].tensor.shape
      var from = [Int](repeating: 0, count: source.count)
      for (axis, origin) in permutation.enumerated() { from[origin] = indices[axis] }
      return stored(0, flat: zip(from, source).reduce(0) { $0 * $1.1 + $1.0 })
    case .pad(let before, _, let value):
      let source = plain.inputs[0].tensor.shape
      var flat = 0
      for axis in shape.indices {
        let place = indices[axis] - before[axis]
        guard place >= 0, place < source[axis] else { return value ?? plain.output.zeroPoint }
        flat = flat * source[axis] + place
      }
      return stored(0, flat: flat)
    case .concatenate(let written):
      guard let axis = LayerOperation.axis(written, of: plain.inputs[0].tensor) else {
        throw NetworkError(.inconsistent, "the axis of a concatenation", place: "layer '\(plain.layer.name)'")
      }
      var number = 0
      while indices[axis] >= plain.inputs[number].tensor.shape[axis] {
        indices[axis] -= plain.inputs[number].tensor.shape[axis]
        number += 1
      }
      return stored(number, flat: zip(indices, plain.inputs[number].tensor.shape).reduce(0) { $0 * $1.1 + $1.0 })
    default: preconditionFailure("not a layer that moves values")
    }
  }

  /// The stored value of an input's element at a flat index in C order.
  private func stored(_ number: Int, flat: Int) -> Int32 {
    let (tensor, planes) = plain.inputs[number]
    let axes = Self.axes(tensor)
    let outer = axes.outer == 1 ? 0 : flat / axes.outerStride % axes.outer
    let channel = axes.channels == 1 ? 0 : flat / axes.channelStride % axes.channels
    let position = axes.positions == 1 ? 0 : flat / axes.positionStride % axes.positions
    return planes.value(position: outer * axes.positions + position, channel: channel) + tensor.zeroPoint
  }
}
