import TestSupport
import Testing
import Weft

@Suite struct PrecisionTests {
  @Test func `the detector finds what the definition says for every 16-bit value`() {
    for value in Int32(-32768)...32767 {
      var detector = PrecisionDetector(isSigned: true)
      detector.observe(UInt16(truncatingIfNeeded: value))
      #expect(detector.precision == Precision(needed: value, isSigned: true))
    }
    for value in Int32(0)...65535 {
      var detector = PrecisionDetector(isSigned: false)
      detector.observe(UInt16(truncatingIfNeeded: value))
      #expect(detector.precision == Precision(needed: value, isSigned: false))
    }
    #expect(Precision(needed: -1, isSigned: false) == nil)
    #expect(Precision(needed: 65536, isSigned: false) == nil)
    #expect(Precision(needed: 32768, isSigned: true) == nil)
    #expect(Precision(needed: -1, isSigned: true)?.bitCount == 1)
    #expect(Precision(bitCount: 17) == nil && Precision(bitCount: -1) == nil && Precision.maximum.bitCount == 16)
  }

  @Test func `a group needs what its widest value needs`() {
    var random = SplitMix(seed: 41)
    for isSigned in [false, true] {
      for _ in 0..<500 {
        var detector = PrecisionDetector(isSigned: isSigned)
        let width = Int.random(in: 1...15, using: &random)
        let values = (0..<16).map { _ in
          Int32.random(
            in: isSigned ? -(1 << Int32(width)) / 2...(1 << Int32(width)) / 2 - 1 : 0...(1 << Int32(width)) - 1,
            using: &random)
        }
        for value in values { detector.observe(UInt16(truncatingIfNeeded: value)) }
        #expect(detector.precision == values.compactMap { Precision(needed: $0, isSigned: isSigned) }.max())
      }
    }
    #expect(PrecisionDetector(isSigned: true).precision.bitCount == 0)
  }

  @Test func `tables index the smallest entry that fits`() {
    let table = PrecisionTable([0, 3, 8])!
    #expect((0...16).map { table.index(for: $0) } == [0, 1, 1, 1, 2, 2, 2, 2, 2] + [Int?](repeating: nil, count: 8))
    #expect(table.headerBitCount == 2 && table.count == 3 && table.largest == 8)
    let headerBits = [1: 0, 2: 1, 3: 2, 4: 2, 5: 3, 8: 3, 9: 4, 16: 4]
    for (count, bits) in headerBits { #expect(PrecisionTable(0..<count)!.headerBitCount == bits) }
    #expect(PrecisionTable(set: 0) == nil && PrecisionTable(set: 1 << 17) == nil && PrecisionTable(0...16) == nil)
    #expect(PrecisionTable([17]) == nil && PrecisionTable([Int]()) == nil && PrecisionTable([-1]) == nil)
    #expect(PrecisionTable.dense(width: 16).count == 16 && PrecisionTable.even(width: 16).count == 9)
    #expect(PrecisionTable.even(width: 7).entries == [0, 2, 4, 6, 8])
  }

  @Test func `the transposer turns bits and turns them back`() {
    var random = SplitMix(seed: 42)
    for groupSize in GroupSize.allCases {
      for groups in [1, 2, 5] {
        for isSigned in [false, true] {
          let transposer = Transposer(groupSize: groupSize)
          let precisions = (0..<groups).map { _ in Precision(bitCount: Int.random(in: 0...16, using: &random))! }
          let short = Int.random(in: 0..<groupSize.laneCount, using: &random)
          let lanes = (0..<groups * groupSize.laneCount - short).map { lane -> UInt16 in
            let bits = UInt16(precisions[lane / groupSize.laneCount].bitCount)
            guard bits > 0 else { return 0 }
            let value = UInt16(truncatingIfNeeded: random.next()) << (16 - bits)
            return isSigned ? UInt16(bitPattern: Int16(bitPattern: value) >> Int16(16 - bits)) : value >> (16 - bits)
          }
          var expected: [Bool] = []
          for plane in 0..<16 {
            for group in 0..<groups where precisions[group].bitCount > plane {
              for lane in group * groupSize.laneCount..<(group + 1) * groupSize.laneCount {
                expected.append(lane < lanes.count && lanes[lane] >> UInt16(plane) & 1 == 1)
              }
            }
          }
          let rows = transposer.rows(of: lanes, precisions: precisions)
          #expect(rows == SlowEncoder.bytes(expected))
          #expect(
            transposer.lanes(from: rows, precisions: precisions, laneCount: lanes.count, isSigned: isSigned) == lanes)
        }
      }
    }
  }

  @Test func `CRC-32C has its published check value`() {
    let text = Array("123456789".utf8)
    #expect(text.withUnsafeBytes { CRC32C.extend(0, with: $0) } == 0xE306_9283)
    for split in 0...9 {
      let first = Array(text[..<split]).withUnsafeBytes { CRC32C.extend(0, with: $0) }
      #expect(Array(text[split...]).withUnsafeBytes { CRC32C.extend(first, with: $0) } == 0xE306_9283)
    }
  }

  @Test func `layouts are read from their letters and refused when impossible`() {
    #expect(TensorLayout("NHWC")?.roles == [.outer, .position, .position, .channel])
    #expect(TensorLayout("1HWC")?.isDepthwise == true)
    for text in ["NN", "HCW", "CC", "1HW", "X", "NOC"] { #expect(TensorLayout(text) == nil, "\(text)") }
    #expect(TensorLayout.standard(rank: 0).roles.isEmpty && TensorLayout.standard(rank: 1).roles == [.channel])
    #expect(GroupSize(laneCount: 24) == nil && GroupSize(laneCount: 4) == nil && GroupSize(laneCount: 64) == .lanes64)
  }
}
