import Networks
import TensorFiles
import Testing
import Weft

private func array(_ values: [Float]) -> StoredArray {
  let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
  return StoredArray(name: "w", type: .float32, shape: [values.count], region: ByteRegion(copying: bytes))
}

@Test func `8 bits take the largest magnitude to 127 and tell the error of the others`() throws {
  let (tensor, loss) = try FloatQuantizer.quantize(array([0, 1.27, -0.635, 0.004]), as: .int8)
  #expect(tensor.values == [0, 127, -64, 0] || tensor.values == [0, 127, -63, 0])
  #expect(abs(loss.scale - 0.01) < 1e-8)
  #expect(abs(loss.maximumError - 0.005) < 1e-6)
  let expected = ((0.005 * 0.005 + 0.004 * 0.004) / 4).squareRoot()
  #expect(abs(loss.rootMeanSquareError - expected) < 1e-6)
  #expect(loss.saturatedCount == 0 && loss.valueCount == 4)
  #expect(tensor.descriptor.metadata.map(\.key) == [FloatQuantizer.metadataKey])
}

@Test func `fixed point keeps its scale and counts what saturates`() throws {
  let (tensor, loss) = try FloatQuantizer.quantize(array([1, -0.5, 100, -100, 0.03]), as: .int16(fractionBits: 9))
  #expect(tensor.values == [512, -256, 32767, -32768, 15])
  #expect(loss.saturatedCount == 2 && loss.scale == 0x1p-9)
  #expect(loss.description.contains("2 of 5 values saturated"))
}

@Test func `nothing, zeros and subnormals quantise; what is not finite is refused`() throws {
  #expect(try FloatQuantizer.quantize(array([]), as: .int8).tensor.values == [])
  #expect(try FloatQuantizer.quantize(array([0, -0]), as: .int8).tensor.values == [0, 0])
  #expect(try FloatQuantizer.quantize(array([0x1p-149]), as: .int8).tensor.values == [127])
  for value in [Float.nan, .infinity] {
    let error = #expect(throws: TensorFileError.self) { try FloatQuantizer.quantize(array([1, value]), as: .int8) }
    #expect(error?.rule == .unsupported)
  }
}

@Test func `the written rule is read, and nothing else`() {
  #expect(FloatQuantization("int8") == .int8)
  #expect(FloatQuantization("int16:-3") == .int16(fractionBits: -3))
  for text in ["", "int16", "int16:", "int16:x", "int4", "int16:99"] { #expect(FloatQuantization(text) == nil) }
}
