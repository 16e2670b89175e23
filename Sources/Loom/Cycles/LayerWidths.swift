import Networks

/// The widths of one layer's operands, from which any machine's time follows.
public struct LayerWidths: Sendable {
  public let shape: LayerShape
  /// Activations by window and brick; for depthwise layers by the filters that a step takes. None for fully connected
  /// layers, whose time does not depend on them.
  let maps: [Int: WidthMap]
  /// Bits of the widest weight of each filter.
  let filterWidths: [Int]
  /// Widths of the layer's profile.
  let profile: PrecisionProfile?
  /// The widest activation that the layer reads.
  public let largestActivation: Int

  /// The widths that a machine with `rows` filter rows sees.
  func map(rows: Int) -> WidthMap? {
    shape.kind == .depthwise ? maps[min(ArrayGeometry.lanes, rows)] : maps.values.first
  }

  /// Measures a layer's operands. `rowCounts` are the numbers of filter rows that will be asked for.
  init(
    _ operands: LayerOperands, rowCounts: some Sequence<Int>, conventions: TimingOptions.Conventions = .paper,
    kernel: ArrayKernel, threads: Int = 1
  ) {
    let geometry = operands.geometry
    shape = LayerShape(geometry)
    profile = operands.layer.profile
    filterWidths = operands.weights.filterWidths
    largestActivation = operands.inputs.planeCount
    var maps: [Int: WidthMap] = [:]
    func map(_ plan: OperandPlan) -> WidthMap {
      WidthMap(plan, grid: operands.grid, inputs: operands.inputs, kernel: kernel, threads: threads)
    }
    switch shape.kind {
    case .fullyConnected: break
    case .convolution: maps[ArrayGeometry.lanes] = map(operands.plan)
    case .depthwise:
      let multiplier = geometry.outputChannels / geometry.inputChannels
      for count in Set(rowCounts.map { min(ArrayGeometry.lanes, $0) }) {
        maps[count] = map(
          .depthwiseSteps(
            taps: shape.taps, filters: shape.filters, multiplier: multiplier, filtersAStep: count))
      }
    }
    self.maps = maps
  }

  /// The width of weights that a step with filters `filters` spends: at least 1 (Model).
  func weightWidth(ofFilters filters: Range<Int>, _ options: TimingOptions) -> Int {
    if options.precision == .profile, let bits = profile?.weightBits { return max(1, bits) }
    let range = options.weightPrecision == .layer ? 0..<filterWidths.count : filters
    return max(1, filterWidths[range].max() ?? 1)
  }

  /// The width of activations where a machine spends one for the whole layer: the profile's, else the widest value's.
  func staticActivationWidth() -> Int { max(1, profile?.activationBits ?? largestActivation) }
}
