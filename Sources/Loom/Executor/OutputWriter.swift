import Networks
import Weft

/// Packs an activation as it is computed: one packed copy for each number of low bits that its readers drop.
final class OutputWriter {
  private struct Copy {
    var droppedBits: Int
    var packer: ChannelPacker<Kernel>
  }

  private var copies: [Copy]
  private let zeroPoint: Int32
  let channelCount: Int
  /// Positions that the activation has.
  let outputPositions: Int
  private var scratch: [Int16]
  /// Positions appended so far.
  private(set) var positionCount = 0

  /// - Parameters:
  ///   - tensor: the activation.
  ///   - range: where its stored values lie.
  ///   - droppedBits: low bits that readers drop, once each.
  init(_ tensor: GraphTensor, range: ClosedRange<Int64>, droppedBits: [Int], kernel: Kernel) throws(WeftError) {
    zeroPoint = tensor.zeroPoint
    let axes = MergedAxes(
      TensorDescriptor(name: tensor.name, shape: tensor.shape, elementType: .int16, layout: tensor.layout))
    channelCount = axes.channels
    outputPositions = axes.outer * axes.positions
    scratch = []
    copies = []
    for bits in droppedBits {
      let (descriptor, settings) = OutputWriter.packing(tensor, range: range, droppedBits: bits)
      copies.append(
        Copy(droppedBits: bits, packer: try ChannelPacker(descriptor, settings: settings, kernel: kernel)))
    }
  }

  /// How an activation is packed when its values are not known yet: the reading and the table follow from the range.
  static func packing(
    _ tensor: GraphTensor, range: ClosedRange<Int64>, droppedBits: Int
  ) -> (TensorDescriptor, PackingSettings) {
    let zeroPoint = tensor.zeroPoint
    let bounds = [range.lowerBound, range.upperBound].map {
      Trimming.trim(Int32($0) - zeroPoint, droppedBits: droppedBits)
    }
    let isSigned = bounds[0] < 0
    let width = bounds.map { Precision(needed: $0, isSigned: isSigned)?.bitCount ?? 16 }.max()!
    let table = PrecisionTable(width < 16 ? 0...width : 1...16)!
    // Trimmed values are numbers of their own, without a zero point.
    let descriptor = TensorDescriptor(
      name: tensor.name, shape: tensor.shape,
      elementType: droppedBits > 0 ? .int16 : tensor.type.elementType ?? .int16, layout: tensor.layout,
      zeroPoint: droppedBits > 0 ? nil : zeroPoint)
    let settings = PackingSettings(
      order: .channels, groupSize: .lanes16, block: .lanes256, table: table, isSigned: isSigned,
      rebase: droppedBits > 0 ? 0 : zeroPoint)
    return (descriptor, settings)
  }

  /// Appends stored values of consecutive positions: channel c's of position p at `values[c * stride + p]`.
  func append(_ values: UnsafePointer<Int32>, stride: Int, count: Int) throws(WeftError) {
    if scratch.count < channelCount * count { scratch = [Int16](repeating: 0, count: channelCount * count) }
    for index in copies.indices {
      let bits = copies[index].droppedBits
      for channel in 0..<channelCount {
        let source = values + channel * stride
        scratch.withUnsafeMutableBufferPointer { scratch in
          let target = scratch.baseAddress! + channel * count
          if bits == 0 {
            for place in 0..<count { target[place] = Int16(truncatingIfNeeded: source[place] &- zeroPoint) }
          } else {
            // `Trimming.trim` for values of at most 17 bits.
            let (half, limit) = (Int32(1) << Int32(bits - 1), Int32(1) << Int32(15 - bits))
            for place in 0..<count {
              let rounded = (source[place] &- zeroPoint &+ half) &>> Int32(bits)
              target[place] = Int16(truncatingIfNeeded: min(max(rounded, -limit), limit - 1))
            }
          }
        }
      }
      try scratch.withUnsafeBufferPointer { scratch throws(WeftError) in
        try copies[index].packer.append(scratch.baseAddress!, channelStride: count, positionCount: count)
      }
    }
    positionCount += count
  }

  /// The packed copies by the bits dropped.
  func finish() throws(WeftError) -> [Int: PackedTensor] {
    var packed: [Int: PackedTensor] = [:]
    for index in copies.indices { packed[copies[index].droppedBits] = try copies[index].packer.finish() }
    return packed
  }
}
