extension ActivationPlanes {
  /// Puts together the values of one brick at consecutive positions: lane l's of position p at `target[l * stride + p]`
  /// (p from 0). Pools and additions work on such tiles. Cost: four 8 x 8 bit transpositions a position.
  func read(brick: Int, positions: Range<Int>, into target: UnsafeMutablePointer<Int32>, stride: Int) {
    let extension_ = UInt16(truncatingIfNeeded: 16 - max(1, planeCount))
    let base = planeCount == 0 ? nil : words(brick: brick, plane: 0) + positions.lowerBound
    for place in 0..<positions.count {
      guard let base else {
        for lane in 0..<16 { target[lane * stride + place] = 0 }
        continue
      }
      // Planes 0...7 and 8...15 of lanes 0...7 and 8...15.
      var (lowLow, lowHigh, highLow, highHigh): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
      for plane in 0..<min(8, planeCount) {
        let word = base[plane &* positionCount &+ place]
        lowLow |= UInt64(word & 0xFF) &<< UInt64(8 &* plane)
        highLow |= UInt64(word >> 8) &<< UInt64(8 &* plane)
      }
      if planeCount > 8 {
        for plane in 8..<planeCount {
          let word = base[plane &* positionCount &+ place]
          lowHigh |= UInt64(word & 0xFF) &<< UInt64(8 &* plane &- 64)
          highHigh |= UInt64(word >> 8) &<< UInt64(8 &* plane &- 64)
        }
      }
      store(transposed(lowLow), transposed(lowHigh), to: target + place, stride, extension_)
      store(transposed(highLow), transposed(highHigh), to: target + 8 * stride + place, stride, extension_)
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

  @inline(__always)
  private func store(
    _ low: UInt64, _ high: UInt64, to target: UnsafeMutablePointer<Int32>, _ stride: Int, _ shift: UInt16
  ) {
    for lane in 0..<8 {
      let bits = UInt64(8 &* lane)
      let value = UInt16(truncatingIfNeeded: low &>> bits & 0xFF) | UInt16(truncatingIfNeeded: high &>> bits & 0xFF) &<< 8
      target[lane &* stride] =
        isSigned ? Int32(Int16(bitPattern: value &<< shift) &>> Int16(bitPattern: shift)) : Int32(value)
    }
  }

  /// Transposes an 8 x 8 bit matrix whose rows are bytes (Warren, Hacker's Delight, section 7-3).
  @inline(__always)
  private func transposed(_ matrix: UInt64) -> UInt64 {
    var x = matrix
    var t = (x ^ x &>> 7) & 0x00AA_00AA_00AA_00AA
    x ^= t ^ t &<< 7
    t = (x ^ x &>> 14) & 0x0000_CCCC_0000_CCCC
    x ^= t ^ t &<< 14
    t = (x ^ x &>> 28) & 0x0000_0000_F0F0_F0F0
    return x ^ t ^ t &<< 28
  }
}
