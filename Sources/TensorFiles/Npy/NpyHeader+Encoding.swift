import Networks

extension NpyHeader {
  /// The header as `numpy.save` writes it: version 1.0 (2.0 when it does not fit), room for the growing axis,
  /// spaces and a newline up to a multiple of 64 bytes.
  ///
  /// Types numpy lacks are written as the nearest it has: 4-bit integers as bytes, bfloat16 and float8 as void.
  public func encoded() -> [UInt8] {
    let extents =
      shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map { String($0) }.joined(separator: ", ") + ")"
    var text = "{'descr': '\(descriptor)', 'fortran_order': \(isColumnMajor ? "True" : "False"), 'shape': \(extents), }"
    if let growing = isColumnMajor ? shape.last : shape.first {
      text += String(repeating: " ", count: 21 - String(growing).utf8.count)
    }
    let textCount = text.utf8.count + 1
    let isShort = Self.aligned(10 + textCount) - 10 <= 0xffff
    let prefixCount = isShort ? 10 : 12
    let paddedCount = Self.aligned(prefixCount + textCount) - prefixCount
    var bytes = Self.magic + [isShort ? 1 : 2, 0]
    for byte in 0..<(isShort ? 2 : 4) { bytes.append(UInt8(truncatingIfNeeded: paddedCount >> (8 * byte))) }
    bytes += Array(text.utf8)
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: paddedCount - textCount)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private static func aligned(_ count: Int) -> Int { (count + 63) & ~63 }

  private var descriptor: String {
    let order = type.byteCount == 1 ? "|" : isBigEndian ? ">" : "<"
    return switch type {
    case .bool: "|b1"
    case .int4, .int8: "|i1"
    case .uint4, .uint8: "|u1"
    case .int16, .int32, .int64: "\(order)i\(type.byteCount)"
    case .uint16, .uint32, .uint64: "\(order)u\(type.byteCount)"
    case .float16, .float32, .float64: "\(order)f\(type.byteCount)"
    case .complex64, .complex128: "\(order)c\(type.byteCount)"
    case .bfloat16: "|V2"
    case .float8e4m3, .float8e5m2: "|V1"
    }
  }
}
