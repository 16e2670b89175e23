import Networks

/// The time of a layer on a machine from the widths of its operands (Sharify et al., DAC 2018, section 3).
public struct TimingModel: Hashable, Sendable {
  public let machine: Machine
  public let options: TimingOptions

  public init(_ machine: Machine, options: TimingOptions = TimingOptions()) {
    self.machine = machine
    self.options = options
  }

  /// What one layer costs. Cost: one look at each window and brick.
  public func timing(of layer: LayerWidths) -> LayerTiming {
    if options.conventions == .dnnsim { return SimulatorTiming(machine, options: options).timing(of: layer) }
    return layer.shape.kind == .fullyConnected ? fullyConnected(layer) : convolution(layer)
  }

  /// Cycles of the bit-parallel baseline.
  static func baselineCycles(_ layer: LayerWidths, options: TimingOptions) -> Int {
    // In closed form: the baseline does not look at a value.
    options.conventions == .paper
      ? StaticCycles(Machine(.dpnn)).cycles(layer.shape, activationBits: nil, weightBits: 16)
      : TimingModel(Machine(.dpnn), options: options).timing(of: layer).cycles
  }

  private var usesDynamicWidths: Bool {
    switch machine.kind {
    case .dynamicStripes, .dprs, .loom1, .loom2, .loom4: options.precision == .dynamic
    case .dpnn, .stripes, .tartan: false
    }
  }

  private func convolution(_ layer: LayerWidths) -> LayerTiming {
    let shape = layer.shape
    let geometry = machine.geometry
    let isDepthwise = shape.kind == .depthwise
    let rowsUsed = isDepthwise ? min(ArrayGeometry.lanes, geometry.rows) : geometry.rows
    guard let map = layer.map(rows: geometry.rows) else {
      preconditionFailure("a convolution has widths")
    }
    let fixed = machine.kind == .dpnn ? 1 : usesDynamicWidths ? nil : layer.staticActivationWidth(options)
    let bits = machine.kind == .dpnn ? 1 : machine.activationBitsPerCycle
    var timing = LayerTiming.none(machine)
    var (weightCycles, activationWidths) = (0, 0)
    var output = TransposerLoad()
    let detectorSteps = max(1, options.detectorGroup / (geometry.columns * ArrayGeometry.lanes))
    for (group, bricks) in map.groups.enumerated() {
      // Bricks whose weights share one width: all, or a step's.
      let runs =
        options.weightPrecision == .step && machine.hasSerialWeights
        ? stride(from: bricks.lowerBound, to: bricks.upperBound, by: detectorSteps).map {
          $0..<min($0 + detectorSteps, bricks.upperBound)
        } : [bricks]
      let filters =
        isDepthwise
        ? group * rowsUsed..<min(shape.filters, (group + 1) * rowsUsed)
        : group * shape.filters..<(group + 1) * shape.filters
      let tiles = stride(from: filters.lowerBound, to: filters.upperBound, by: rowsUsed).map {
        $0..<min($0 + rowsUsed, filters.upperBound)
      }
      var setCycles = tiles.map { _ in [Int](repeating: 0, count: ceilDivide(shape.windows, geometry.columns)) }
      for run in runs {
        let totals = StepTotals(
          map, bricks: run, columns: geometry.columns, bitsPerCycle: bits, detectorSteps: detectorSteps,
          fixedWidth: fixed)
        for (number, tile) in tiles.enumerated() {
          // Bricks of a run share their activations' width, each with weights of its own.
          let bricksAlike = options.weightPrecision == .step && machine.hasSerialWeights ? run.count : 1
          let weightBits =
            machine.hasSerialWeights
            ? run.prefix(bricksAlike).reduce(0) {
              $0 + layer.weightWidth(ofFilters: tile, brick: isDepthwise ? nil : $1 - bricks.lowerBound, options)
            } : bricksAlike
          timing.cycles += totals.activationCycles / bricksAlike * weightBits
          timing.steps += totals.steps
          timing.idleRows += totals.steps * (geometry.rows - tile.count)
          activationWidths += totals.widths
          weightCycles += totals.steps / bricksAlike * weightBits
          timing.activationRows += machine.kind == .dpnn ? totals.steps * 16 : totals.widths
          timing.bitProducts += totals.windowBits * tile.count * weightBits / bricksAlike
          for set in setCycles[number].indices {
            setCycles[number][set] += totals.cyclesOfSet[set] / bricksAlike * weightBits
          }
        }
      }
      for (tile, cycles) in zip(tiles, setCycles) { output.add(tile.count, cycles, geometry.columns, shape.windows) }
    }
    let sets = ceilDivide(shape.windows, geometry.columns)
    let stepsASet = timing.steps / max(1, sets)
    timing.idleColumns = stepsASet * (sets * geometry.columns - shape.windows)
    let lanesFilled = isDepthwise ? 1 : shape.taps * shape.fanIn
    let lanesAWindow = isDepthwise ? 1 : shape.bricks * ArrayGeometry.lanes
    timing.idleLanes =
      isDepthwise
      ? timing.steps * (ArrayGeometry.lanes - 1) : timing.steps / max(1, shape.bricks) * (lanesAWindow - lanesFilled)
    let places = Double(timing.steps) * Double(geometry.rows * geometry.columns * ArrayGeometry.lanes)
    timing.utilization = places == 0 ? 0 : Double(shape.multiplications) / places
    timing.activationBits = machine.kind == .dpnn ? 16 : Double(activationWidths) / Double(max(1, timing.steps))
    timing.weightBits = machine.hasSerialWeights ? Double(weightCycles) / Double(max(1, timing.steps)) : 16
    timing.weightLoads = machine.hasSerialWeights ? weightCycles : timing.steps
    timing.weightRows = machine.hasSerialWeights ? weightCycles : timing.steps * 16
    timing.weightBusBits = timing.weightRows * geometry.rows * ArrayGeometry.lanes
    timing.transposerCycles = output.cycles
    timing.transposerStalls = output.stalls
    return timing
  }

  private func fullyConnected(_ layer: LayerWidths) -> LayerTiming {
    let shape = layer.shape
    let geometry = machine.geometry
    let width = layer.weightWidth(ofFilters: 0..<shape.filters, brick: nil, TimingOptions(precision: options.precision))
    let profileWidth = options.precision == .profile ? layer.profile?.activationBits : nil
    var timing = LayerTiming.none(machine)
    timing.cycles = StaticCycles(machine).cycles(
      shape, activationBits: machine.kind == .tartan || machine.kind == .dprs ? profileWidth : nil, weightBits: width)
    let bricks = ceilDivide(shape.fanIn, ArrayGeometry.lanes)
    let usesColumns = machine.kind != .dpnn && machine.kind != .stripes && machine.kind != .dynamicStripes
    let units = usesColumns ? geometry.rows * geometry.columns : geometry.rows
    let passes = ceilDivide(shape.filters, units)
    let slices =
      machine.hasSerialWeights
      ? min(bricks, geometry.columns / max(1, ceilDivide(shape.filters, geometry.rows))) : 1
    let stepsEach = slices >= 2 ? ceilDivide(bricks, slices) : bricks
    timing.steps = shape.windows * passes * stepsEach
    let columns = usesColumns ? geometry.columns : 1
    let places = Double(timing.steps) * Double(geometry.rows * columns * ArrayGeometry.lanes)
    timing.utilization = places == 0 ? 0 : Double(shape.multiplications) / places
    // Outputs fill the columns one after the other; slices of a cascade count as outputs of their own.
    let outputs = shape.filters * max(1, slices)
    let usedColumns = min(passes * columns, ceilDivide(outputs, geometry.rows))
    timing.idleColumns = shape.windows * stepsEach * max(0, passes * columns - usedColumns)
    timing.idleRows =
      shape.windows * stepsEach * max(0, ceilDivide(shape.filters, geometry.rows) * geometry.rows - shape.filters)
    timing.idleLanes =
      timing.steps / max(1, stepsEach) * (stepsEach * max(1, slices) * ArrayGeometry.lanes - shape.fanIn)
    timing.activationBits = 16
    timing.weightBits = usesColumns ? Double(width) : 16
    timing.weightLoads = timing.steps * (machine.hasSerialWeights ? width * columns : 1)
    timing.weightRows = timing.steps * Int(timing.weightBits) * columns
    timing.weightBusBits = timing.weightRows * geometry.rows * ArrayGeometry.lanes
    timing.activationRows = timing.steps * 16
    timing.transposerCycles = shape.windows * ceilDivide(shape.filters * 16, TransposerLoad.bitsPerCycle)
    return timing
  }
}

/// Outputs on their way from ABout to activation memory.
private struct TransposerLoad {
  /// Bits that the transposer takes a cycle (Model): 16 outputs of 16 bits.
  static let bitsPerCycle = 256

  var cycles = 0
  var stalls = 0

  /// Every set of windows leaves `filters` outputs a window, to be transposed while the next set is computed.
  mutating func add(_ filters: Int, _ cyclesOfSet: [Int], _ columns: Int, _ windows: Int) {
    for (set, compute) in cyclesOfSet.enumerated() {
      let windows = min(columns, windows - set * columns)
      let busy = ceilDivide(filters * windows * 16, TransposerLoad.bitsPerCycle)
      cycles += busy
      stalls += max(0, busy - compute)
    }
  }
}
