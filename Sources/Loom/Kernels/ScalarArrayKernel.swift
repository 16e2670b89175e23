internal import CWeftKernels

/// The array's loops in plain Swift: the definition.
enum ScalarArrayKernel {
  static func accumulate(
    _ tile: UnsafePointer<weft_tile>, _ factors: weft_factors, into sums: UnsafeMutablePointer<Int64>
  ) {
    let tile = tile.pointee
    let atLeast = tile.at_least
    for item in 0..<factors.item_count {
      for plane in 0..<Int(factors.plane_count) {
        let factor = factors.words + item * factors.item_stride + plane * factors.plane_stride
        let isSign = factors.is_signed != 0 && plane + 1 == Int(factors.plane_count)
        for k in 0..<Int(atLeast.1) {
          let brick = Int(tile.order[k])
          let words = tile.words + brick * tile.brick_stride
          let planes = withUnsafeBytes(of: atLeast) { bytes in
            let counts = bytes.assumingMemoryBound(to: UInt32.self)
            return (1...16).last { counts[$0] > k }!
          }
          for window in 0..<32 {
            var sum: Int64 = 0
            for other in 0..<planes {
              let count = Int64((words[other * 32 + window] & factor[brick]).nonzeroBitCount) << Int64(other)
              sum += tile.is_signed != 0 && other + 1 == planes ? -count : count
            }
            sums[item * 32 + window] += (isSign ? -sum : sum) << Int64(plane)
          }
        }
      }
    }
  }

  static func gather(
    _ source: UnsafePointer<UInt16>, planeStride: Int, planes: Int, _ runs: UnsafeBufferPointer<weft_window_run>,
    _ piece: OperandPlan.Piece, adds: Bool, into target: UnsafeMutablePointer<UInt16>
  ) {
    for plane in 0..<planes {
      let words = target + 32 * plane
      if !adds { words.update(repeating: 0, count: 32) }
      for run in runs {
        let from = source + plane * planeStride + Int(run.position)
        for window in 0..<Int(run.count) {
          let word = from[window * Int(run.stride)] >> UInt16(piece.shift) & piece.mask
          words[Int(run.window) + window] |= word << UInt16(piece.rise)
        }
      }
    }
  }

  static func widths(
    _ tile: UnsafePointer<UInt16>, planes: Int, isSigned: Bool, into widths: UnsafeMutablePointer<UInt8>
  ) {
    for window in 0..<32 {
      let sign = isSigned && planes > 0 ? tile[32 * (planes - 1) + window] : 0
      var width = sign == 0 ? 0 : 1
      for plane in 0..<planes where tile[32 * plane + window] != sign { width = plane + 1 + (isSigned ? 1 : 0) }
      widths[window] = UInt8(width)
    }
  }

  static func values(
    _ words: UnsafePointer<UInt16>, planeStride: Int, planes: Int, isSigned: Bool, count: Int,
    into target: UnsafeMutablePointer<Int32>, stride: Int
  ) {
    for lane in 0..<16 {
      for place in 0..<count {
        var value: Int32 = 0
        for plane in 0..<planes {
          let bit = Int32(words[plane * planeStride + place] >> UInt16(lane) & 1) << Int32(plane)
          value += isSigned && plane + 1 == planes ? -bit : bit
        }
        target[lane * stride + place] = value
      }
    }
  }

  static func finish(
    _ sums: UnsafeMutablePointer<Int64>, _ outputs: UnsafeMutablePointer<Int32>, count: Int, scale: Int, bias: Int64,
    shift: Int, zeroPoint: Int64, range: ClosedRange<Int64>, limit: Int64
  ) -> Bool {
    var isExact = true
    for window in 0..<count {
      let sum = sums[window] << Int64(scale) + bias
      sums[window] = sum
      isExact = isExact && sum <= limit && sum >= -limit - 1
      let value = (sum + 1 << Int64(shift - 1)) >> Int64(shift) + zeroPoint
      outputs[window] = Int32(min(max(value, range.lowerBound), range.upperBound))
    }
    return isExact
  }
}
