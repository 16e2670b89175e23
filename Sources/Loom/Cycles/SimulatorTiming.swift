import Networks

/// The time of a layer by the conventions of isakedo/DNNsim, the simulator of Loom's authors, where they differ from
/// the paper's: channels padded at every tap, windows down the columns, least widths of 1 (unsigned) and 2 bits
/// (signed), depthwise steps, and fully connected layers whose bricks go round the columns.
public struct SimulatorTiming: Hashable, Sendable {
  public let machine: Machine
  public let options: TimingOptions

  public init(_ machine: Machine, options: TimingOptions) {
    self.machine = machine
    self.options = options
  }

  /// Which operands a step takes. The first layer of a network is rearranged from space to depth where its stride is
  /// above 1, so that every cell of stride x stride pixels gives its channels to one brick.
  static func plan(_ geometry: LayerGeometry, isFirst: Bool) -> (OperandPlan, WindowGrid) {
    let window = geometry.window
    let taps = window.kernelHeight * window.kernelWidth
    let stride = window.strideHeight
    guard isFirst, stride > 1, window.strideWidth == stride, window.groups == 1,
      window.dilationHeight == 1, window.dilationWidth == 1
    else {
      return (
        .paddedConvolution(taps: taps, channels: geometry.inputChannels, groups: window.groups), WindowGrid(geometry)
      )
    }
    var wide = window
    wide.kernelHeight = ceilDivide(window.kernelHeight, stride) * stride
    wide.kernelWidth = ceilDivide(window.kernelWidth, stride) * stride
    let grid = WindowGrid(
      images: geometry.batch, input: (geometry.inputHeight, geometry.inputWidth),
      output: (geometry.outputHeight, geometry.outputWidth), window: wide)
    return (
      .cells(
        rows: wide.kernelHeight / stride, columns: wide.kernelWidth / stride, side: stride,
        channels: geometry.inputChannels), grid
    )
  }

  /// The weights that meet each brick of `plan`: bricks of `filters` order and the lanes that count. Pixels of a cell
  /// that lie beside the window have no weights.
  static func weights(of plan: OperandPlan, _ grid: WindowGrid, _ geometry: LayerGeometry) -> [[StepWeights]] {
    let window = geometry.window
    let fanIn = geometry.fanInChannels
    let isFlattened = fanIn < ArrayGeometry.lanes
    return plan.groups.flatMap { bricks in
      let firstChannel = plan.bricks[bricks.lowerBound].map { 16 * $0.source + $0.shift }.min() ?? 0
      return bricks.map { brick in
        var found: [StepWeights] = []
        for piece in plan.bricks[brick] {
          let (row, column) = piece.tap.quotientAndRemainder(dividingBy: grid.window.kernelWidth)
          guard row < window.kernelHeight, column < window.kernelWidth else { continue }
          let tap = row * window.kernelWidth + column
          for channel in 0..<piece.count {
            let c = 16 * piece.source + piece.shift + channel - firstChannel
            let lane = isFlattened ? tap * fanIn + c : 16 * (tap * ceilDivide(fanIn, 16)) + c
            let bit = UInt16(1) << UInt16(lane % 16)
            if found.last?.brick == lane / 16 {
              found[found.count - 1].lanes |= bit
            } else {
              found.append(StepWeights(brick: lane / 16, lanes: bit))
            }
          }
        }
        return found
      }
    }
  }

  /// What one layer costs; only cycles, steps and mean widths are known.
  public func timing(of layer: LayerWidths) -> LayerTiming {
    var timing = LayerTiming.none(machine)
    let shape = layer.shape
    let geometry = machine.geometry
    guard let map = layer.map(rows: geometry.rows) else { preconditionFailure("every layer has widths") }
    let weightBits = machine.hasSerialWeights ? weightWidth(layer) : 16
    timing.weightBits = Double(weightBits)
    switch shape.kind {
    case .fullyConnected:
      timing.cycles = shape.windows * fullyConnected(layer, map, weightBits)
      timing.steps = shape.windows * ceilDivide(shape.filters, geometry.rows) * map.groups[0].count
    case .depthwise where !machine.hasSerialWeights:
      timing.steps = ceilDivide(shape.filters, min(ArrayGeometry.lanes, geometry.rows)) * shape.windows * shape.taps
      timing.cycles = timing.steps
    case .convolution, .depthwise:
      convolution(layer, map, into: &timing)
    }
    let places =
      Double(max(1, timing.steps)) * Double(geometry.rows * geometry.columns * ArrayGeometry.lanes)
    timing.utilization = Double(shape.multiplications) / places
    return timing
  }

  private func minimumWidth(_ layer: LayerWidths) -> Int { layer.activationsAreSigned ? 2 : 1 }

  private func weightWidth(_ layer: LayerWidths) -> Int {
    max(
      layer.weights.isSigned ? 2 : 1,
      options.trims ? layer.profile?.weightBits ?? layer.weights.width : layer.weights.width)
  }

  private func convolution(_ layer: LayerWidths, _ map: WidthMap, into timing: inout LayerTiming) {
    let shape = layer.shape
    let geometry = machine.geometry
    let isDepthwise = shape.kind == .depthwise
    let rows = isDepthwise ? min(ArrayGeometry.lanes, geometry.rows) : geometry.rows
    let fixed: Int? =
      switch machine.kind {
      case .dpnn: 1
      case .stripes, .tartan: max(minimumWidth(layer), layer.staticActivationWidth(options))
      case .dynamicStripes, .dprs, .loom1, .loom2, .loom4: nil
      }
    let bits = machine.kind == .dpnn ? 1 : machine.activationBitsPerCycle
    var widths = 0
    for (group, bricks) in map.groups.enumerated() {
      let filters =
        isDepthwise
        ? group * rows..<min(shape.filters, (group + 1) * rows) : group * shape.filters..<(group + 1) * shape.filters
      for first in stride(from: filters.lowerBound, to: filters.upperBound, by: rows) {
        let tile = first..<min(first + rows, filters.upperBound)
        let runs = options.weightPrecision == .step && !isDepthwise ? bricks.map { $0..<$0 + 1 } : [bricks]
        for run in runs {
          let totals = StepTotals(
            map, bricks: run, columns: geometry.columns, bitsPerCycle: bits, order: options.simulatorOrder,
            minimumWidth: machine.kind == .dpnn ? 1 : minimumWidth(layer), fixedWidth: fixed)
          var weightBits = machine.hasSerialWeights ? weightWidth(layer) : 1
          if machine.hasSerialWeights, options.weightPrecision == .step, !isDepthwise {
            weightBits = layer.weightsOfStep[run.lowerBound].reduce(layer.weights.isSigned ? 2 : 1) {
              max($0, layer.weights.width(ofFilters: tile, brick: $1.brick, lanes: $1.lanes))
            }
          }
          timing.cycles += totals.activationCycles * weightBits
          timing.steps += totals.steps
          widths += totals.widths
        }
      }
    }
    timing.activationBits = machine.kind == .dpnn ? 16 : Double(widths) / Double(max(1, timing.steps))
  }

  /// Brick k goes to column k mod the number of columns and keeps it busy for its own width; one brick starts a cycle,
  /// and waits while its column is busy. Stripes and the baseline take a brick a cycle.
  private func fullyConnected(_ layer: LayerWidths, _ map: WidthMap, _ weightBits: Int) -> Int {
    let geometry = machine.geometry
    let passes = ceilDivide(layer.shape.filters, geometry.rows)
    let bricks = map.groups[0].count
    switch machine.kind {
    case .dpnn: return passes * bricks
    case .stripes, .tartan:
      return passes * bricks + max(minimumWidth(layer), layer.staticActivationWidth(options)) - 1
    case .dynamicStripes, .dprs, .loom1, .loom2, .loom4: break
    }
    var free = [Int](repeating: 0, count: geometry.columns)
    var time = 0
    for _ in 0..<passes {
      for brick in 0..<bricks {
        var width = minimumWidth(layer)
        map.maxima(brick: brick, columns: map.windowCount, order: .rows) { width = max(width, $0) }
        let column = brick % geometry.columns
        let start = max(time, free[column])
        free[column] =
          start + ceilDivide(width, machine.activationBitsPerCycle) * (machine.hasSerialWeights ? weightBits : 1)
        time = start + 1
      }
    }
    return free.max() ?? 0
  }
}

/// Weights of one brick that a step takes.
struct StepWeights: Hashable, Sendable {
  var brick: Int
  var lanes: UInt16
}
