import Weft

/// A small repeatable random number generator (SplitMix64).
public struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  public mutating func pick<T>(_ choices: [T]) -> T { choices[Int(next() % UInt64(choices.count))] }

  /// A tensor whose values have widths that change every 16 values, with zeros among them.
  public mutating func tensor(_ shape: [Int], _ type: ElementType, name: String = "t") -> QuantizedTensor {
    let descriptor = TensorDescriptor(name: name, shape: shape, elementType: type)
    var width = 0
    let values = (0..<descriptor.valueCount).map { index -> Int32 in
      if index % 16 == 0 { width = Int.random(in: 0...type.width, using: &self) }
      let bits = Int32(truncatingIfNeeded: next() & ((1 << UInt64(width)) - 1))
      let value = type.isSigned ? bits - (width > 0 ? 1 << Int32(width - 1) : 0) : bits
      return Int.random(in: 0..<4, using: &self) == 0 ? 0 : value
    }
    return QuantizedTensor(descriptor: descriptor, values: values)
  }
}
