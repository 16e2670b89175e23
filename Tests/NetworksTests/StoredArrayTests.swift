import Networks
import Testing
import Weft

private func array<Word: FixedWidthInteger>(_ type: ArrayType, _ words: [Word]) -> StoredArray {
  let bytes = words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
  return StoredArray(name: "a", type: type, shape: [words.count], region: ByteRegion(copying: bytes))
}

@Test func `integers of every type keep their sign and value`() {
  #expect(array(.int32, [Int32.min, -1, .max]).integers == [Int64(Int32.min), -1, Int64(Int32.max)])
  #expect(array(.uint32, [UInt32.max]).integers == [Int64(UInt32.max)])
  #expect(array(.int64, [Int64.min, .max]).integers == [.min, .max])
  #expect(array(.uint64, [UInt64(7)]).integers == [7])
  #expect(array(.uint64, [UInt64.max]).integers == nil)
  #expect(array(.float32, [UInt32(0)]).integers == nil)
}

@Test func `halves and bfloat16s are read exactly, subnormals and infinities too`() {
  let halves: [UInt16] = [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000]
  #expect(array(.float16, halves).doubles == [1, -2, 0x1p-24, 65504, .infinity, 0])
  #expect(array(.float16, [UInt16(0x7e00)]).doubles?.first?.isNaN == true)
  #expect(array(.bfloat16, [UInt16(0x3f80), 0xc040]).doubles == [1, -3])
  #expect(array(.float32, [Float(0.1).bitPattern]).doubles == [Double(Float(0.1))])
  #expect(array(.float64, [Double(0.1).bitPattern]).doubles == [0.1])
}

@Test func `extents beside a zero may be too large to multiply`() {
  for shape in [[1 << 40, 1 << 40, 0], [0, 1 << 40, 1 << 40]] {
    let array = StoredArray(name: "empty", type: .int32, shape: shape, region: ByteRegion(copying: [UInt8]()))
    #expect(array.valueCount == 0)
    var graph = LayerGraph(
      name: "g", arithmetic: .fixed16, inputs: ["x"], outputs: ["y"],
      tensors: [
        GraphTensor(name: "x", shape: shape + [1], type: .int16), GraphTensor(name: "y", shape: shape, type: .int16),
      ], layers: [Layer(name: "mean", operation: .mean(axes: [3]), inputs: ["x"], output: "y")],
      samples: [GraphSample(name: "s0")])
    #expect(throws: NetworkError.self) { try graph.check() }
    graph.tensors = []
    #expect(throws: NetworkError.self) { try graph.check() }
  }
}
