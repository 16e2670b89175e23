import Networks

/// The widths of one layer's operands, from which any machine's time follows.
public struct LayerWidths: Sendable {
  public let shape: LayerShape
  /// Activations by window and brick; for depthwise layers by the filters that a step takes. Fully connected layers
  /// have them for DNNsim's conventions alone: in the paper their time does not depend on activations.
  let maps: [Int: WidthMap]
  let weights: WeightPlanes
  /// Widths of the layer's profile.
  let profile: PrecisionProfile?
  /// The widest activation that the layer reads, and whether any is negative.
  public let largestActivation: Int
  let activationsAreSigned: Bool
  /// For each brick of DNNsim's plan the weights that meet it.
  let weightsOfStep: [[StepWeights]]

  /// Measures a layer's operands.
  ///
  /// - Parameters:
  ///   - rowCounts: the numbers of filter rows that will be asked for.
  ///   - isFirst: the layer reads the network's input.
  ///   - largestKnown: the widest activation of other samples, where one width is to hold for all.
  init(
    _ operands: LayerOperands, rowCounts: some Sequence<Int>, conventions: TimingOptions.Conventions = .paper,
    isFirst: Bool = false, largestKnown: Int = 0, kernel: ArrayKernel, threads: Int = 1
  ) {
    let geometry = operands.geometry
    let shape = LayerShape(geometry)
    self.shape = shape
    profile = operands.layer.profile
    weights = operands.weights
    largestActivation = max(operands.inputs.planeCount, largestKnown)
    activationsAreSigned = operands.inputs.isSigned
    var maps: [Int: WidthMap] = [:]
    var weightsOfStep: [[StepWeights]] = []
    func map(_ plan: OperandPlan, _ grid: WindowGrid) -> WidthMap {
      WidthMap(plan, grid: grid, inputs: operands.inputs, kernel: kernel, threads: threads)
    }
    switch shape.kind {
    case .fullyConnected:
      if conventions == .dnnsim { maps[ArrayGeometry.lanes] = map(operands.plan, operands.grid) }
    case .convolution:
      if conventions == .dnnsim {
        let (plan, grid) = SimulatorTiming.plan(geometry, isFirst: isFirst)
        weightsOfStep = SimulatorTiming.weights(of: plan, grid, geometry)
        maps[ArrayGeometry.lanes] = map(plan, grid)
      } else {
        maps[ArrayGeometry.lanes] = map(operands.plan, operands.grid)
      }
    case .depthwise:
      let multiplier = geometry.outputChannels / geometry.inputChannels
      for count in Set(rowCounts.map { min(ArrayGeometry.lanes, $0) }) {
        maps[count] = map(
          .depthwiseSteps(taps: shape.taps, filters: shape.filters, multiplier: multiplier, filtersAStep: count),
          operands.grid)
      }
    }
    self.maps = maps
    self.weightsOfStep = weightsOfStep
  }

  /// The widths that a machine with `rows` filter rows sees.
  func map(rows: Int) -> WidthMap? {
    shape.kind == .depthwise ? maps[min(ArrayGeometry.lanes, rows)] : maps.values.first
  }

  /// The width of weights that a step with filters `filters` spends: at least 1 (Model). `brick` is what the step
  /// multiplies, where widths differ from step to step.
  func weightWidth(ofFilters filters: Range<Int>, brick: Int?, _ options: TimingOptions) -> Int {
    if options.precision == .profile, let bits = profile?.weightBits { return max(1, bits) }
    switch options.weightPrecision {
    case .layer: return weights.width
    case .step:
      if let brick { return max(1, weights.width(ofFilters: filters, brick: brick)) }
      // A depthwise step has one weight a filter; its tile's width stands in (Model).
      fallthrough
    case .tile: return max(1, weights.filterWidths[filters].max() ?? 1)
    }
  }

  /// The width of activations where a machine spends one for the whole layer: the profile's where operands are trimmed
  /// to it, else the widest value's.
  func staticActivationWidth(_ options: TimingOptions) -> Int {
    max(1, options.trims ? profile?.activationBits ?? largestActivation : largestActivation)
  }
}
