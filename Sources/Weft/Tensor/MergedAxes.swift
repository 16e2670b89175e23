/// A tensor seen with three axes (SPEC.md section 3.3): outer, positions and channel, each with the number of
/// elements between neighbours in memory.
public struct MergedAxes: Hashable, Sendable {
  public let outer: Int
  public let positions: Int
  public let channels: Int
  public let outerStride: Int
  public let positionStride: Int
  public let channelStride: Int

  /// Merges the axes of `descriptor`; an axis that is not there has extent 1.
  public init(_ descriptor: TensorDescriptor) {
    // Extents next to a 0 may be too large to multiply; nothing is ever looked up in an empty tensor.
    let isEmpty = descriptor.valueCount == 0
    var extents: [3 of Int] = [1, 1, 1]
    var strides: [3 of Int] = [0, 0, 0]
    var stride = 1
    let rank = descriptor.shape.count
    for place in 0..<rank {
      let axis = descriptor.isColumnMajor ? place : rank - 1 - place
      let role = Int(descriptor.layout.roles[axis].rawValue)
      let extent = isEmpty ? 0 : descriptor.shape[axis]
      // Position axes are adjacent, so the first one met is the fastest of the merged axis.
      if extents[role] == 1, strides[role] == 0 { strides[role] = stride }
      extents[role] *= extent
      stride *= extent
    }
    (outer, positions, channels) = (extents[0], extents[1], extents[2])
    (outerStride, positionStride, channelStride) = (strides[0], strides[1], strides[2])
  }

  /// Memory index of an element.
  @inline(__always)
  public func memoryIndex(outer: Int, position: Int, channel: Int) -> Int {
    outer * outerStride + position * positionStride + channel * channelStride
  }
}
