import Networks

/// Computes a layer's sums on every register of every unit: slow, and the definition.
///
/// Takes what the fast executor takes and gives the same tiles; besides it counts its own cycles.
struct RegisterExecutor {
  let machine: Machine
  let options: TimingOptions
  /// The unit whose registers are written down.
  var traced: (row: Int, column: Int)?

  /// What came of a layer.
  struct Outcome {
    var cycles = 0
    var trace: [SIPTraceLine] = []
  }

  func run(
    _ operands: LayerOperands, finish: @escaping (SumTile) throws -> Void,
    emit: @escaping (SumTile) throws -> Void
  ) throws -> Outcome {
    var array = SIPArray(
      machine.geometry, activationBitsPerCycle: bitsPerCycle.activations, weightBitsPerCycle: bitsPerCycle.weights)
    array.traced = traced
    var collector = SumCollector(operands, finish: finish, emit: emit)
    if operands.geometry.isFullyConnected {
      try fullyConnected(operands, &array, &collector)
    } else {
      try convolution(operands, &array, &collector)
    }
    try collector.flush()
    return Outcome(cycles: array.cycleCount, trace: array.trace)
  }

  /// What a unit takes at once: the whole operand where it is parallel.
  private var bitsPerCycle: (activations: Int, weights: Int) {
    switch machine.kind {
    case .dpnn: (16, 16)
    case .stripes, .dynamicStripes, .tartan, .dprs: (1, 16)
    case .loom1: (1, 1)
    case .loom2: (2, 1)
    case .loom4: (4, 1)
    }
  }

  private func convolution(
    _ operands: LayerOperands, _ array: inout SIPArray, _ collector: inout SumCollector
  ) throws {
    let source = OperandFetch(operands, rows: machine.geometry.rows)
    let columns = machine.geometry.columns
    for first in stride(from: 0, to: operands.windowCount, by: columns) {
      let windows = first..<min(first + columns, operands.windowCount)
      collector.begin(windowCount: windows.count)
      for (group, bricks) in source.plan.groups.enumerated() {
        for tile in source.filterTiles(ofGroup: group) {
          for brick in bricks {
            let activations = source.activations(brick: brick, windows: windows)
            let weightWidth = weightWidth(operands, filters: tile, brick: brick - bricks.lowerBound)
            array.step(
              activationWidth: activationWidth(operands, activations, source, brick, windows),
              weightWidth: weightWidth, activationsAreSigned: operands.inputs.isSigned,
              weightsAreSigned: operands.weights.isSigned, activeRows: tile.count, activeColumns: windows.count,
              activation: { plane, column in activations.word(plane: plane, place: column) },
              weight: { plane, row in
                source.weight(filter: tile.lowerBound + row, plane: plane, brick: brick - bricks.lowerBound)
              })
          }
          for (row, filter) in tile.enumerated() {
            for column in windows.indices {
              collector.set(
                filter: filter, window: column - windows.lowerBound,
                array.takeOutput(row: row, column: column - windows.lowerBound))
            }
          }
        }
      }
      try collector.end()
    }
  }

  /// What a step spends on its activations: at least one bit (Model).
  private func activationWidth(
    _ operands: LayerOperands, _ words: FetchedWords, _ source: OperandFetch, _ brick: Int, _ windows: Range<Int>
  ) -> Int {
    switch machine.kind {
    case .dpnn: return 16
    case .stripes, .tartan: return staticWidth(operands)
    case .dynamicStripes, .dprs, .loom1, .loom2, .loom4:
      if options.precision == .profile { return staticWidth(operands) }
      // Neighbouring bricks may share a detector.
      let shared = max(1, options.detectorGroup / (machine.geometry.columns * ArrayGeometry.lanes))
      guard shared > 1 else { return max(1, words.width) }
      let group = source.plan.groups.first { $0.contains(brick) }!
      let first = group.lowerBound + (brick - group.lowerBound) / shared * shared
      return (first..<min(first + shared, group.upperBound)).map {
        max(1, source.activations(brick: $0, windows: windows).width)
      }.max()!
    }
  }

  /// One width for the layer: the profile's where operands are trimmed to it, else the widest value's.
  private func staticWidth(_ operands: LayerOperands) -> Int {
    let profileBits = options.trims ? operands.layer.profile?.activationBits : nil
    return max(1, profileBits ?? operands.inputs.planeCount)
  }

  private func weightWidth(_ operands: LayerOperands, filters: Range<Int>, brick: Int) -> Int {
    guard machine.hasSerialWeights else { return 16 }
    if options.precision == .profile, let bits = operands.layer.profile?.weightBits { return max(1, bits) }
    let all = options.weightPrecision == .layer ? 0..<operands.filterCount : filters
    if options.weightPrecision == .step, !operands.geometry.isDepthwise {
      return max(1, operands.weights.width(ofFilters: filters, brick: brick))
    }
    return max(1, operands.weights.filterWidths[all].max() ?? 1)
  }

  private func fullyConnected(
    _ operands: LayerOperands, _ array: inout SIPArray, _ collector: inout SumCollector
  ) throws {
    let source = OperandFetch(operands, rows: machine.geometry.rows)
    let schedule = FullyConnectedSchedule(
      machine, options, outputs: operands.filterCount, bricks: operands.plan.bricks.count,
      weightWidth: max(1, operands.weights.width), profile: operands.layer.profile)
    for window in 0..<operands.windowCount {
      collector.begin(windowCount: 1)
      let words = operands.plan.bricks.indices.map { source.activations(brick: $0, windows: window..<window + 1) }
      schedule.run(
        on: &array, activationsAreSigned: operands.inputs.isSigned, weightsAreSigned: operands.weights.isSigned,
        activation: { plane, brick in words[brick].word(plane: plane, place: 0) },
        weight: { plane, brick, output in source.weight(filter: output, plane: plane, brick: brick) },
        emit: { output, sum in collector.set(filter: output, window: 0, sum) })
      try collector.end()
    }
  }
}
