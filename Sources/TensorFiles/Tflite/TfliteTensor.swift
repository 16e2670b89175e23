import Networks

/// One tensor of a `.tflite` file.
struct TfliteTensor {
  /// Unique in the file.
  let name: String
  let shape: [Int]
  /// Nil for types that are no numbers of whole bytes or half bytes.
  let type: ArrayType?
  let typeNumber: Int8
  /// Where the constant's bytes lie in the file; nil for activations.
  let data: Range<Int>?
  let scales: [Float]
  let zeroPoints: [Int64]
  let quantizedDimension: Int

  init(
    _ table: FlatTable, number: Int, buffers: TfliteBuffers, names: inout NameTable, prefix: String
  ) throws(TensorFileError) {
    let written = try table.string(3)
    name = names.unique(written.isEmpty ? "" : prefix + written, fallback: "\(prefix)tensor_\(number)")
    let place = "tensor '\(name)'"
    shape = try table.vector(0, elementByteCount: 4).numbers(Int32.self).map { Int($0) }
    typeNumber = try table.number(1, absent: Int8(0))
    type = Self.types[typeNumber]
    guard shape.allSatisfy({ $0 >= -1 }) else {
      throw TensorFileError(.inconsistent, "shape \(shape)", place: place)
    }
    guard try table.table(6) == nil else { throw TensorFileError(.unsupported, "sparse values", place: place) }
    guard try table.number(10, absent: UInt32(0)) == 0 else {
      throw TensorFileError(.unsupported, "values in another file", place: place)
    }
    do { data = try buffers.range(try table.number(2, absent: UInt32(0))) } catch { throw error.inside(place) }
    let quantization = try table.table(4)
    scales = try quantization?.vector(2, elementByteCount: 4).floats() ?? []
    zeroPoints = try quantization?.vector(3, elementByteCount: 8).numbers(Int64.self) ?? []
    quantizedDimension = Int(try quantization?.number(6, absent: Int32(0)) ?? 0)
  }

  var isConstant: Bool { data != nil }

  /// The numbers of the schema's TensorType.
  static let types: [Int8: ArrayType] = [
    0: .float32, 1: .float16, 2: .int32, 3: .uint8, 4: .int64, 6: .bool, 7: .int16, 8: .complex64, 9: .int8,
    10: .float64, 11: .complex128, 12: .uint64, 15: .uint32, 16: .uint16, 17: .int4, 18: .bfloat16, 20: .uint4,
    21: .float8e4m3, 22: .float8e5m2,
  ]
}
