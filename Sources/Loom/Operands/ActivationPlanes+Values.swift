extension ActivationPlanes {
  /// Puts together the values of one brick at consecutive positions: lane l's of position p at `target[l * stride + p]`
  /// (p from 0). Pools and additions work on such tiles.
  func read(
    brick: Int, positions: Range<Int>, into target: UnsafeMutablePointer<Int32>, stride: Int, kernel: ArrayKernel
  ) {
    guard planeCount > 0 else {
      for lane in 0..<16 { (target + lane * stride).update(repeating: 0, count: positions.count) }
      return
    }
    let base = words(brick: brick, plane: 0) + positions.lowerBound
    for first in Swift.stride(from: 0, to: positions.count, by: 32) {
      kernel.values(
        base + first, planeStride: positionCount, planes: planeCount, isSigned: isSigned,
        count: min(32, positions.count - first), into: target + first, stride: stride)
    }
  }

  /// One value. Cost: a load a plane.
  func value(position: Int, channel: Int) -> Int32 {
    var value: Int32 = 0
    for plane in 0..<planeCount {
      let bit = Int32(words(brick: channel / 16, plane: plane)[position] >> UInt16(channel % 16) & 1)
      value |= bit << Int32(plane)
    }
    let isNegative = isSigned && planeCount > 0 && value >> Int32(planeCount - 1) & 1 != 0
    return isNegative ? value - 1 << Int32(planeCount) : value
  }
}
