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
