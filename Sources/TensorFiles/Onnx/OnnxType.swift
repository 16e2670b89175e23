import Networks

/// The numbers of TensorProto.DataType.
enum OnnxType {
  static let arrayTypes: [Int: ArrayType] = [
    1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16,
    11: .float64, 12: .uint32, 13: .uint64, 14: .complex64, 15: .complex128, 16: .bfloat16, 17: .float8e4m3,
    19: .float8e5m2, 21: .uint4, 22: .int4,
  ]

  /// What is said of types that are skipped.
  static func name(_ number: Int) -> String {
    [
      8: "string", 18: "float8e4m3fnuz", 20: "float8e5m2fnuz", 23: "float4e2m1", 24: "float8e8m0", 25: "uint2",
      26: "int2",
    ][number] ?? "number \(number)"
  }
}
