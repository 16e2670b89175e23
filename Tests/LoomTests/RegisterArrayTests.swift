import Loom
import Testing

@Suite struct RegisterArrayTests {
  /// Loom, section 2: a 2 x 2 array, 2-bit activations and weights, four outputs of two inputs each.
  @Test func `the paper's worked example takes four cycles and one of stagger`() {
    let activations = [2, 1]
    let weights = [[3, 1], [0, 2], [1, 1], [2, 3]]
    func word(_ values: [Int], _ plane: Int) -> UInt16 {
      values.enumerated().reduce(0) { $0 | UInt16($1.element >> plane & 1) << UInt16($1.offset) }
    }
    var array = SIPArray(ArrayGeometry(rows: 2, columns: 2)!, lanes: 2, keepsProducts: true)
    array.traced = (row: 1, column: 0)
    array.staggered(
      brickCounts: [1, 1], activationWidth: 2, weightWidth: 2, activationsAreSigned: false, weightsAreSigned: false,
      activation: { plane, _, _ in word(activations, plane) },
      weight: { plane, _, row, column in word(weights[2 * column + row], plane) })
    #expect(array.cycleCount == 4 + 1)
    #expect(array.productsOfCycle == [4, 8, 8, 8, 4])
    for output in 0..<4 {
      let expected = zip(activations, weights[output]).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(array.takeOutput(row: output % 2, column: output / 2) == Int64(expected))
    }
    #expect(array.trace.count == 4)
    #expect(array.trace[0].description.hasPrefix("cycle 0: a 0000000000000001  WR 00000000000000"))
  }

  @Test func `sign planes are subtracted on both sides`() {
    var array = SIPArray(ArrayGeometry(rows: 1, columns: 1)!)
    let activations: [Int32] = [-4, 3, -1, 0]
    let weights: [Int32] = [-2, -2, 1, 1]
    func word(_ values: [Int32], _ plane: Int) -> UInt16 {
      values.enumerated().reduce(0) {
        $0 | UInt16(truncatingIfNeeded: $1.element >> Int32(plane) & 1) << UInt16($1.offset)
      }
    }
    array.step(
      activationWidth: 3, weightWidth: 2, activationsAreSigned: true, weightsAreSigned: true, activeRows: 1,
      activeColumns: 1, activation: { plane, _ in word(activations, plane) },
      weight: { plane, _ in word(weights, plane) })
    #expect(array.cycleCount == 6)
    #expect(array.takeOutput(row: 0, column: 0) == 8 - 6 - 1)
  }

  @Test func `the comparator behind a unit keeps the largest output`() {
    var unit = SIP()
    for value in [Int64(-3), 7, 2] {
      unit.or = value
      #expect(unit.takeOutput() == value)
    }
    #expect(unit.maximum == 7)
  }

  @Test func `more bits a cycle round up`() {
    for (bits, cycles) in [(1, 5), (2, 3), (4, 2)] {
      var array = SIPArray(ArrayGeometry(rows: 1, columns: 1)!, activationBitsPerCycle: bits)
      array.step(
        activationWidth: 5, weightWidth: 1, activationsAreSigned: false, weightsAreSigned: false, activeRows: 1,
        activeColumns: 1, activation: { plane, _ in plane < 5 ? UInt16(0x1F >> plane & 1) : 0 },
        weight: { _, _ in 1 })
      #expect(array.cycleCount == cycles)
      #expect(array.takeOutput(row: 0, column: 0) == 31)
    }
  }
}
