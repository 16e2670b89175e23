import Weft

/// Tensors with the widths that ReLU activations have: groups of 16 whose precision is drawn evenly from 0 to 11 bits
/// (0 to 6 for 8-bit elements), signed.
enum Content {
  static func tensor(_ type: ElementType, byteCount: Int) -> QuantizedTensor {
    let count = byteCount / type.byteCount
    var state: UInt64 = 1
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let region = ByteRegion(byteCount: count * type.byteCount) { target in
      var shift: Int32 = 0
      for index in 0..<count {
        if index % 16 == 0 { shift = 32 - Int32(next() % (type.byteCount == 2 ? 12 : 7)) }
        let value = shift == 32 ? 0 : Int32(bitPattern: UInt32(truncatingIfNeeded: next() << 1)) >> shift
        if type.byteCount == 1 {
          target[index] = UInt8(truncatingIfNeeded: value)
        } else {
          target.storeBytes(of: UInt16(truncatingIfNeeded: value), toByteOffset: 2 * index, as: UInt16.self)
        }
      }
    }
    return QuantizedTensor(
      descriptor: TensorDescriptor(name: "content", shape: [count], elementType: type), region: region)
  }
}
