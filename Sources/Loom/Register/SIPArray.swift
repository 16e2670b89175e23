/// Rows of filters by columns of windows of serial inner-product units, cycle by cycle: the definition that the fast
/// executor is held against (Sharify et al., DAC 2018, sections 2 and 3).
public struct SIPArray: Sendable {
  public let geometry: ArrayGeometry
  /// Bits that the units take at once.
  public let activationBitsPerCycle: Int
  public let weightBitsPerCycle: Int
  /// Unit (row, column) at `row * columns + column`.
  public private(set) var units: [SIP]
  /// Cycles so far.
  public private(set) var cycleCount = 0
  /// One-bit products of each cycle, where they are to be kept: lanes whose unit works, whatever their bits.
  public private(set) var productsOfCycle: [Int] = []
  private let keepsProducts: Bool
  private let lanes: Int
  /// The unit whose registers are written down, and what was.
  public var traced: (row: Int, column: Int)?
  public private(set) var trace: [SIPTraceLine] = []
  /// Lines kept at most.
  public static let traceLimit = 100_000

  /// An idle array. `lanes` is what a unit multiplies at once: 16, less in examples.
  public init(
    _ geometry: ArrayGeometry, activationBitsPerCycle: Int = 1, weightBitsPerCycle: Int = 1,
    lanes: Int = ArrayGeometry.lanes, keepsProducts: Bool = false
  ) {
    self.geometry = geometry
    self.activationBitsPerCycle = activationBitsPerCycle
    self.weightBitsPerCycle = weightBitsPerCycle
    self.lanes = lanes
    self.keepsProducts = keepsProducts
    units = [SIP](repeating: SIP(), count: geometry.rows * geometry.columns)
  }

  /// One brick on all units in lockstep: weight bits in the outer loop, activation bits in the inner one, both from
  /// the top.
  ///
  /// - Parameters:
  ///   - activationWidth: planes of the activations, at least 1; the array spends `ceil(width / bits a cycle)` cycles.
  ///   - weightWidth: planes of the weights, at least 1.
  ///   - activationsAreSigned: the top plane of the activations is subtracted.
  ///   - weightsAreSigned: the top plane of the weights is subtracted.
  ///   - activeRows: rows with a filter, from the first on; the others stand still.
  ///   - activeColumns: columns with a window, from the first on.
  ///   - activation: the word of a plane and column; planes at and above the width continue the sign, or zeros.
  ///   - weight: the word of a plane and row.
  public mutating func step(
    activationWidth: Int, weightWidth: Int, activationsAreSigned: Bool, weightsAreSigned: Bool,
    activeRows: Int, activeColumns: Int,
    activation: (_ plane: Int, _ column: Int) -> UInt16, weight: (_ plane: Int, _ row: Int) -> UInt16
  ) {
    let slots = ceilDivide(activationWidth, activationBitsPerCycle)
    let rounds = ceilDivide(weightWidth, weightBitsPerCycle)
    for round in (0..<rounds).reversed() {
      for row in 0..<activeRows {
        let words = (0..<weightBitsPerCycle).map { weight(round * weightBitsPerCycle + $0, row) }
        for column in 0..<activeColumns { units[row * geometry.columns + column].wr = words }
      }
      for slot in (0..<slots).reversed() {
        for column in 0..<activeColumns {
          let words = (0..<activationBitsPerCycle).map { activation(slot * activationBitsPerCycle + $0, column) }
          for row in 0..<activeRows {
            let place = row * geometry.columns + column
            units[place].cycle(
              words, negatesTopActivation: activationsAreSigned && slot == slots - 1,
              negatesTopWeight: weightsAreSigned && round == rounds - 1)
            note(row, column, words)
          }
        }
        endCycle(working: activeRows * activeColumns)
      }
      for row in 0..<activeRows {
        for column in 0..<activeColumns {
          units[row * geometry.columns + column].endWeightBits(count: weightBitsPerCycle)
        }
      }
    }
    for row in 0..<activeRows {
      for column in 0..<activeColumns { units[row * geometry.columns + column].endBrick() }
    }
  }

  /// Bricks on columns that start one cycle after one another, because one column's weight bits arrive a cycle: fully
  /// connected layers. Every weight bit stays for all `activationWidth` bits.
  ///
  /// Unit (row, column) works on `bricks[column]` bricks, one after the other.
  public mutating func staggered(
    brickCounts: [Int], activationWidth: Int, weightWidth: Int, activationsAreSigned: Bool, weightsAreSigned: Bool,
    activation: (_ plane: Int, _ brick: Int, _ column: Int) -> UInt16,
    weight: (_ plane: Int, _ brick: Int, _ row: Int, _ column: Int) -> UInt16,
    brickEnded: (_ array: inout SIPArray, _ brick: Int, _ column: Int) -> Void = { _, _, _ in }
  ) {
    let slots = ceilDivide(activationWidth, activationBitsPerCycle)
    let rounds = ceilDivide(weightWidth, weightBitsPerCycle)
    let cyclesABrick = slots * rounds
    let most = (brickCounts.max() ?? 0) * cyclesABrick
    guard most > 0 else { return }
    for cycle in 0..<most + geometry.columns - 1 {
      var working = 0
      for column in 0..<geometry.columns {
        let time = cycle - column
        guard time >= 0, time < brickCounts[column] * cyclesABrick else { continue }
        let (brick, inBrick) = time.quotientAndRemainder(dividingBy: cyclesABrick)
        let (before, slotBefore) = inBrick.quotientAndRemainder(dividingBy: slots)
        let (round, slot) = (rounds - 1 - before, slots - 1 - slotBefore)
        let words = (0..<activationBitsPerCycle).map { activation(slot * activationBitsPerCycle + $0, brick, column) }
        for row in 0..<geometry.rows {
          let place = row * geometry.columns + column
          if slotBefore == 0 {
            units[place].wr = (0..<weightBitsPerCycle).map {
              weight(round * weightBitsPerCycle + $0, brick, row, column)
            }
          }
          units[place].cycle(
            words, negatesTopActivation: activationsAreSigned && slot == slots - 1,
            negatesTopWeight: weightsAreSigned && round == rounds - 1)
          note(row, column, words)
          if slot == 0 { units[place].endWeightBits(count: weightBitsPerCycle) }
          if slot == 0, round == 0 { units[place].endBrick() }
        }
        working += geometry.rows
        if slot == 0, round == 0 { brickEnded(&self, brick, column) }
      }
      endCycle(working: working)
    }
  }

  /// One cycle of the cascade: the multiplexers pass every unit's output register to a neighbour, which adds it.
  public mutating func cascade(from source: Int, to target: Int, rows: Int) {
    for row in 0..<rows {
      units[row * geometry.columns + target].or += units[row * geometry.columns + source].takeOutput()
    }
  }

  /// Cycles in which nothing is multiplied.
  public mutating func wait(cycles: Int) { cycleCount += cycles }

  /// The output of one unit, which begins anew.
  public mutating func takeOutput(row: Int, column: Int) -> Int64 {
    units[row * geometry.columns + column].takeOutput()
  }

  private mutating func endCycle(working: Int) {
    cycleCount += 1
    if keepsProducts { productsOfCycle.append(working * lanes * activationBitsPerCycle * weightBitsPerCycle) }
  }

  @inline(__always)
  private mutating func note(_ row: Int, _ column: Int, _ words: [UInt16]) {
    guard let traced, traced.row == row, traced.column == column, trace.count < SIPArray.traceLimit else { return }
    let unit = units[row * geometry.columns + column]
    trace.append(SIPTraceLine(cycle: cycleCount, activations: words, unit: unit))
  }
}
