import Weft

/// Tensors of known statistics for timing: the same values on every run.
enum SyntheticContent: String, CaseIterable {
  /// Two's complement; the precision of each 16 values is drawn from 0...`width` - 4: about 0.4 of the raw size.
  case groups
  /// As an activation behind a ReLU: half zeros, widths drawn as above, no negative value.
  case relu
  /// Every bit random.
  case random

  /// A tensor of `byteCount` bytes: flat, or of images of 32 x 32 x 64 and filters of 3 x 3 x 64 where an order of lanes
  /// asks for axes.
  func tensor(_ type: ElementType, byteCount: Int, order: LaneOrder = .linear) -> QuantizedTensor {
    let most = byteCount / type.byteCount
    let shape: [Int]
    switch order {
    case .linear: shape = [most]
    case .spatial, .channels: shape = [most / 65536, 32, 32, 64]
    case .filters: shape = [most / 576, 3, 3, 64]
    }
    let descriptor = TensorDescriptor(name: rawValue, shape: shape, elementType: type)
    let (count, byteCount) = (descriptor.valueCount, descriptor.byteCount)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let region = ByteRegion(byteCount: byteCount) { target in
      var width: UInt64 = 0
      let widest = UInt64(type.width == 16 ? 11 : 5)
      for index in 0..<count {
        if index % 16 == 0 { width = next() >> 32 % (widest + 1) }
        let bits = next() >> 20
        var value: UInt64
        switch self {
        case .random: value = bits
        case .groups:
          value = width == 0 ? 0 : bits & ((1 << width) - 1)
          if width > 0 { value &-= 1 << (width - 1) }
        case .relu: value = bits >> 30 & 1 == 0 ? 0 : bits & ((1 << width) - 1)
        }
        if type.byteCount == 1 {
          target[index] = UInt8(truncatingIfNeeded: value)
        } else {
          target.storeBytes(
            of: UInt16(truncatingIfNeeded: value).littleEndian, toByteOffset: 2 * index, as: UInt16.self)
        }
      }
    }
    return QuantizedTensor(descriptor: descriptor, region: region)
  }
}
