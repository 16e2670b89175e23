import Baselines
import Testing
import Traffic
import Weft

@Suite struct SchemeTests {
  /// Two groups: small values, and a few large ones among zeros.
  private let tensor = QuantizedTensor(
    descriptor: TensorDescriptor(name: "t", shape: [1, 2, 16], elementType: .int16, layout: TensorLayout("NHC")),
    values: [1, -1, 0, 2, 3, 0, 0, 0, -2, 0, 1, 1, 0, 0, 0, 1] + [0, 300, 0, 0, -5] + [Int32](repeating: 0, count: 11))

  private func bits<B: Baseline>(_ baseline: B) throws -> Double { try baseline.bitCount(of: BaselineTensor(tensor)) }

  @Test func `every width scheme counts as it is defined`() throws {
    #expect(try bits(Raw()) == 512)
    // 300 takes 10 bits in two's complement, 3 takes 3; headers of 4 bits.
    #expect(try bits(LayerWidth()) == 320)
    #expect(try bits(LayerWidth(profileWidth: 12)) == 384)
    #expect(try bits(DPRedDense()) == 216)
    // Magnitudes 3 and 300 with a sign: 3 and 10 bits; 8 and 2 values are not 0.
    #expect(try bits(ShapeShifter()) == 84)
    #expect(try bits(ZeroValueCompression()) == 192)
  }

  @Test func `zero runs count pairs of run and value`() {
    func pairs(_ values: [Int32]) -> Double {
      let tensor = QuantizedTensor(
        descriptor: TensorDescriptor(name: "t", shape: [values.count], elementType: .int8), values: values)
      return ZeroRunLength().bitCount(of: BaselineTensor(tensor)) / 13
    }
    #expect(pairs([]) == 0)
    #expect(pairs([1, 2]) == 2)
    #expect(pairs([0, 0, 1]) == 1)
    #expect(pairs([0]) == 1)
    #expect(pairs([Int32](repeating: 0, count: 31) + [7]) == 1)
    #expect(pairs([Int32](repeating: 0, count: 32) + [7]) == 2)
    #expect(pairs([Int32](repeating: 0, count: 64)) == 2)
    #expect(pairs([Int32](repeating: 0, count: 65)) == 3)
  }

  @Test func `values are seen less their zero point, in the container`() {
    let wrapped = QuantizedTensor(
      descriptor: TensorDescriptor(name: "t", shape: [3], elementType: .int8, zeroPoint: 83), values: [-128, 83, 127])
    let seen = BaselineTensor(wrapped)
    // -211 mod 256 is 45 as two's complement.
    #expect(seen.isSigned && seen.values == [45, 0, 44])
    let relu = QuantizedTensor(
      descriptor: TensorDescriptor(name: "t", shape: [3], elementType: .int8, zeroPoint: -128), values: [-128, 0, 127])
    #expect(!BaselineTensor(relu).isSigned && BaselineTensor(relu).values == [0, 128, 255])
  }

  @Test func `entropy of even bytes is eight bits each`() {
    let bytes = (0..<512).map { UInt8($0 % 256) }
    #expect(bytes.withUnsafeBytes { EntropyFloor.bitCount($0) } == 512 * 8)
    let equal = [UInt8](repeating: 3, count: 100)
    #expect(equal.withUnsafeBytes { EntropyFloor.bitCount($0) } == 0)
  }

  @Test func `the off-chip form of a scheme has the scheme's bits`() throws {
    for name in OffchipScheme.others {
      let scheme = try #require(OffchipScheme(name))
      let form = try scheme.form(of: tensor, order: .channels, groupSize: .fixed(.lanes16), kernel: .best)
      let expected: Double =
        switch name {
        case "layer": try bits(LayerWidth())
        case "dpred16": try bits(DPRedDense())
        case "shapeshifter16": try bits(ShapeShifter())
        case "zvc": try bits(ZeroValueCompression())
        case "zero_rle": try bits(ZeroRunLength())
        case "zstd_3": try bits(Zstd(level: 3))
        case "zstd_19": try bits(Zstd(level: 19))
        default: try bits(PlanesZstd(level: 3, storage: WeftStorage(kernel: .best)))
        }
      #expect(Double(form.movedBits) == expected, "\(name)")
      #expect(form.payloadBits >= 0 && scheme.hasTransposer)
    }
    #expect(OffchipScheme("nonsense") == nil)
    let array = try OffchipScheme.array.form(of: tensor, order: .channels, groupSize: .fixed(.lanes16), kernel: .best)
    let packed = try WeftArray(order: .channels, kernel: .best).packed(BaselineTensor(tensor))
    #expect(array.movedBits == packed.summary.packedBitCount && array.oneCount! > 0)
  }

  @Test func `weft with everything chosen is never larger than DPRed`() throws {
    var random: UInt64 = 88172645463325252
    for trial in 0..<200 {
      let count = 1 + trial * 7
      let values = (0..<count).map { _ -> Int32 in
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return Int32(truncatingIfNeeded: random) >> Int32(17 + random % 14)
      }
      let tensor = QuantizedTensor(
        descriptor: TensorDescriptor(name: "t", shape: [count], elementType: .int16), values: values)
      let seen = BaselineTensor(tensor)
      let ours = try WeftStorage(groupSize: .auto, kernel: .best).bitCount(of: seen)
      #expect(ours <= DPRedDense().bitCount(of: seen), "\(count) values")
    }
  }
}
