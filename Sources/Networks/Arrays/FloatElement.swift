/// Reads one element of a little-endian floating-point array, without a tensor-sized copy.
public enum FloatElement {
  /// The element at `index`, exactly; `type` must be a quantisable float and `index` inside `bytes`.
  public static func value(at index: Int, type: ArrayType, in bytes: UnsafeRawBufferPointer) -> Double {
    switch type {
    case .float64:
      Double(bitPattern: word(UInt64.self, at: index, in: bytes))
    case .float32:
      Double(Float(bitPattern: word(UInt32.self, at: index, in: bytes)))
    case .bfloat16:
      Double(Float(bitPattern: UInt32(word(UInt16.self, at: index, in: bytes)) << 16))
    case .float16:
      half(word(UInt16.self, at: index, in: bytes))
    default:
      preconditionFailure("not a quantisable float")
    }
  }

  private static func word<Word: FixedWidthInteger>(
    _: Word.Type, at index: Int, in bytes: UnsafeRawBufferPointer
  ) -> Word {
    Word(littleEndian: bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self))
  }

  // By hand, since the half-precision type is not there on every platform.
  private static func half(_ bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 31)
    let fraction = Double(bits & 1023)
    let magnitude =
      switch exponent {
      case 0: Double(sign: .plus, exponent: -24, significand: fraction)
      case 31: fraction == 0 ? Double.infinity : Double.nan
      default: Double(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
      }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}
