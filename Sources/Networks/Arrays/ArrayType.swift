import Weft

/// The element types that arrays in foreign files have, by the names numpy and ONNX give them.
///
/// Bytes are little-endian in memory. The 4-bit types take one byte a value in memory, as in `ElementType`.
public enum ArrayType: String, Hashable, Sendable, CaseIterable {
  case bool
  case int4
  case uint4
  case int8
  case uint8
  case int16
  case uint16
  case int32
  case uint32
  case int64
  case uint64
  case float16
  case bfloat16
  case float32
  case float64
  case complex64
  case complex128
  case float8e4m3 = "float8_e4m3fn"
  case float8e5m2 = "float8_e5m2"

  /// Bytes of one element in memory.
  public var byteCount: Int {
    switch self {
    case .bool, .int4, .uint4, .int8, .uint8, .float8e4m3, .float8e5m2: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// The type a tensor of such elements is packed as; nil for what travels unpacked.
  public var elementType: ElementType? {
    switch self {
    case .int4: .int4
    case .uint4: .uint4
    case .int8: .int8
    case .uint8: .uint8
    case .int16: .int16
    case .uint16: .uint16
    default: nil
    }
  }

  /// True for the floating-point types that can be quantised: half, bfloat16, single and double.
  public var isQuantizableFloat: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}
