import Networks

/// How a fully connected layer lies on an array: outputs over all units, passes, and slices of the inputs where units
/// are left (Sharify et al., DAC 2018, section 3.2; the slicing rule is a Model).
struct FullyConnectedSchedule {
  private let machine: Machine
  private let outputs: Int
  private let bricks: Int
  private let weightWidth: Int
  private let activationWidth: Int
  /// Columns that have outputs of their own in one pass, and slices of the inputs beside them.
  private let slices: Int

  init(
    _ machine: Machine, _ options: TimingOptions, outputs: Int, bricks: Int, weightWidth: Int,
    profile: PrecisionProfile?
  ) {
    self.machine = machine
    self.outputs = outputs
    self.bricks = bricks
    let profileWidth = options.precision == .profile ? profile?.weightBits ?? weightWidth : weightWidth
    var width = max(1, profileWidth)
    if machine.kind == .tartan || machine.kind == .dprs, options.precision == .profile {
      width = max(width, profile?.activationBits ?? 0)
    }
    self.weightWidth = width
    activationWidth = 16
    let slices = min(bricks, machine.geometry.columns / max(1, ceilDivide(outputs, machine.geometry.rows)))
    self.slices = machine.hasSerialWeights && slices >= 2 ? slices : 1
  }

  /// Runs one row of inputs and hands out its sums.
  func run(
    on array: inout SIPArray, activationsAreSigned: Bool, weightsAreSigned: Bool,
    activation: (_ plane: Int, _ brick: Int) -> UInt16,
    weight: (_ plane: Int, _ brick: Int, _ output: Int) -> UInt16, emit: (_ output: Int, _ sum: Int64) -> Void
  ) {
    let rows = machine.geometry.rows
    switch machine.kind {
    case .dpnn, .stripes, .dynamicStripes:
      // One brick a cycle for every row of filters, bits in parallel; one column works.
      var parallel = SIPArray(
        ArrayGeometry(rows: rows, columns: 1)!, activationBitsPerCycle: 16, weightBitsPerCycle: 16)
      for first in stride(from: 0, to: outputs, by: rows) {
        let here = min(rows, outputs - first)
        for brick in 0..<bricks {
          parallel.step(
            activationWidth: 16, weightWidth: 16, activationsAreSigned: activationsAreSigned,
            weightsAreSigned: weightsAreSigned, activeRows: here, activeColumns: 1,
            activation: { plane, _ in activation(plane, brick) },
            weight: { plane, row in weight(plane, brick, first + row) })
        }
        for row in 0..<here { emit(first + row, parallel.takeOutput(row: row, column: 0)) }
      }
      array.wait(cycles: parallel.cycleCount)
    case .tartan, .dprs:
      var serial = SIPArray(machine.geometry, activationBitsPerCycle: 16, weightBitsPerCycle: 1)
      runStaggered(on: &serial, activationsAreSigned, weightsAreSigned, activation, weight, emit)
      array.wait(cycles: serial.cycleCount)
    case .loom1, .loom2, .loom4:
      runStaggered(on: &array, activationsAreSigned, weightsAreSigned, activation, weight, emit)
    }
  }

  private func runStaggered(
    on array: inout SIPArray, _ activationsAreSigned: Bool, _ weightsAreSigned: Bool,
    _ activation: (_ plane: Int, _ brick: Int) -> UInt16,
    _ weight: (_ plane: Int, _ brick: Int, _ output: Int) -> UInt16, _ emit: (_ output: Int, _ sum: Int64) -> Void
  ) {
    let (rows, columns) = (machine.geometry.rows, machine.geometry.columns)
    let ownColumns = min(columns, ceilDivide(outputs, rows))
    let passes = ceilDivide(outputs, rows * columns)
    let bricksEach = ceilDivide(bricks, slices)
    // Column c works on slice c / ownColumns when inputs are sliced; passes follow each other without a gap.
    func output(_ row: Int, _ column: Int, pass: Int) -> Int? {
      let own = slices > 1 ? column % ownColumns : column
      guard slices == 1 || column < ownColumns * slices else { return nil }
      let number = (pass * columns + own) * rows + row
      return number < outputs ? number : nil
    }
    func brick(_ place: Int, _ column: Int) -> Int? {
      let number = slices > 1 ? column / ownColumns * bricksEach + place % bricksEach : place % bricksEach
      return number < bricks ? number : nil
    }
    array.staggered(
      brickCounts: [Int](repeating: passes * bricksEach, count: columns), activationWidth: activationWidth,
      weightWidth: weightWidth, activationsAreSigned: activationsAreSigned, weightsAreSigned: weightsAreSigned,
      activation: { plane, place, column in brick(place, column).map { activation(plane, $0) } ?? 0 },
      weight: { plane, place, row, column in
        guard let brick = brick(place, column), let output = output(row, column, pass: place / bricksEach) else {
          return 0
        }
        return weight(plane, brick, output)
      },
      brickEnded: { array, place, column in
        guard slices == 1, (place + 1) % bricksEach == 0 else { return }
        for row in 0..<rows {
          let sum = array.takeOutput(row: row, column: column)
          if let output = output(row, column, pass: place / bricksEach) { emit(output, sum) }
        }
      })
    guard slices > 1 else { return }
    // One cycle a slice passes the partial sums on.
    for slice in 0..<slices {
      for column in 0..<ownColumns where slice > 0 {
        array.cascade(from: slice * ownColumns + column, to: column, rows: rows)
      }
      array.wait(cycles: 1)
    }
    for column in 0..<ownColumns {
      for row in 0..<rows {
        let sum = array.takeOutput(row: row, column: column)
        if let output = output(row, column, pass: 0) { emit(output, sum) }
      }
    }
  }
}
