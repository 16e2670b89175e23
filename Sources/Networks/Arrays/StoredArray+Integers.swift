extension StoredArray {
  /// All elements as 64-bit integers, in memory order; nil for floats, complex numbers, and a `uint64` above
  /// `Int64.max`. Cost: eight bytes a value.
  public var integers: [Int64]? {
    let bytes = region.bytes
    let count = valueCount
    func load<Integer: FixedWidthInteger>(_ type: Integer.Type) -> [Int64]? {
      var values: [Int64] = []
      values.reserveCapacity(count)
      for index in 0..<count {
        let raw = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Integer>.size, as: Integer.self)
        guard let value = Int64(exactly: Integer(littleEndian: raw)) else { return nil }
        values.append(value)
      }
      return values
    }
    return switch type {
    case .bool, .uint4, .uint8: load(UInt8.self)
    case .int4, .int8: load(Int8.self)
    case .int16: load(Int16.self)
    case .uint16: load(UInt16.self)
    case .int32: load(Int32.self)
    case .uint32: load(UInt32.self)
    case .int64: load(Int64.self)
    case .uint64: load(UInt64.self)
    default: nil
    }
  }

  /// All elements as doubles, in memory order; nil unless the type is one of the quantisable floats. Exact.
  /// Cost: eight bytes a value.
  public var doubles: [Double]? {
    guard type.isQuantizableFloat else { return nil }
    return (0..<valueCount).map { FloatElement.value(at: $0, type: type, in: region.bytes) }
  }
}
