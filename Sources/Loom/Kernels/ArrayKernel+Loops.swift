internal import CWeftKernels

extension ArrayKernel {
  /// Adds the inner products of every item of `factors` with every window of `tile` to `sums[item * 32 + window]`.
  func accumulate(_ tile: UnsafePointer<weft_tile>, _ factors: weft_factors, into sums: UnsafeMutablePointer<Int64>) {
    switch self {
    case .scalar: ScalarArrayKernel.accumulate(tile, factors, into: sums)
    case .native(let kernel):
      withUnsafePointer(to: factors) { kernel.functions.pointee.accumulate(tile, $0, sums) }
    }
  }

  /// Lays a piece's words of the windows of `runs` side by side, plane by plane.
  @inline(__always)
  func gather(
    _ source: UnsafePointer<UInt16>, planeStride: Int, planes: Int, _ runs: UnsafeBufferPointer<weft_window_run>,
    _ piece: OperandPlan.Piece, adds: Bool, into target: UnsafeMutablePointer<UInt16>
  ) {
    switch self {
    case .scalar:
      ScalarArrayKernel.gather(source, planeStride: planeStride, planes: planes, runs, piece, adds: adds, into: target)
    case .native(let kernel):
      kernel.functions.pointee.gather(
        source, planeStride, UInt32(planes), runs.baseAddress, runs.count, UInt32(piece.shift), piece.mask,
        UInt32(piece.rise), adds ? 1 : 0, target)
    }
  }

  /// The bits that each of 32 windows needs.
  @inline(__always)
  func widths(
    _ tile: UnsafePointer<UInt16>, planes: Int, isSigned: Bool, into widths: UnsafeMutablePointer<UInt8>
  ) {
    switch self {
    case .scalar: ScalarArrayKernel.widths(tile, planes: planes, isSigned: isSigned, into: widths)
    case .native(let kernel): kernel.functions.pointee.widths(tile, UInt32(planes), isSigned ? 1 : 0, widths)
    }
  }

  /// Puts the values of 16 lanes together: lane l's of word w at `target[l * stride + w]`.
  func values(
    _ words: UnsafePointer<UInt16>, planeStride: Int, planes: Int, isSigned: Bool, count: Int,
    into target: UnsafeMutablePointer<Int32>, stride: Int
  ) {
    switch self {
    case .scalar:
      ScalarArrayKernel.values(
        words, planeStride: planeStride, planes: planes, isSigned: isSigned, count: count, into: target, stride: stride)
    case .native(let kernel):
      kernel.functions.pointee.values(
        words, planeStride, UInt32(planes), isSigned ? 1 : 0, UInt32(count), target, stride)
    }
  }

  /// Completes sums and requantises them by a shift (`LayerFinisher`). False when one leaves the accumulator's range.
  func finish(
    _ sums: UnsafeMutablePointer<Int64>, _ outputs: UnsafeMutablePointer<Int32>, count: Int, scale: Int, bias: Int64,
    shift: Int, zeroPoint: Int64, range: ClosedRange<Int64>, limit: Int64
  ) -> Bool {
    switch self {
    case .scalar:
      ScalarArrayKernel.finish(
        sums, outputs, count: count, scale: scale, bias: bias, shift: shift, zeroPoint: zeroPoint, range: range,
        limit: limit)
    case .native(let kernel):
      kernel.functions.pointee.finish(
        sums, outputs, count, UInt32(scale), bias, UInt32(shift), zeroPoint, range.lowerBound, range.upperBound, limit)
        >= 0
    }
  }

  /// One-bit products of the limit that the array is measured against: AND, popcount and add in four independent
  /// chains over 16 KiB, `rounds` times.
  public func runLimit(rounds: Int) -> (products: Int, result: UInt64) {
    let words = (0..<2048).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
    let result = words.withUnsafeBufferPointer { words -> UInt64 in
      switch self {
      case .scalar:
        var total: UInt64 = 0
        for round in 0..<rounds {
          for word in words { total &+= UInt64((word & UInt64(round | 1) &* 0x9E37_79B9_7F4A_7C15).nonzeroBitCount) }
        }
        return total
      case .native(let kernel): return kernel.functions.pointee.limit(words.baseAddress!, words.count, rounds)
      }
    }
    return (rounds * words.count * 64, result)
  }
}
