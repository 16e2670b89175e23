/// Cycles of a layer whose precisions are known beforehand: the closed forms (Sharify et al., DAC 2018, section 3;
/// what the paper leaves open is marked Model in `LayerShape` and here).
public struct StaticCycles: Hashable, Sendable {
  public let machine: Machine

  public init(_ machine: Machine) { self.machine = machine }

  /// Cycles of one layer.
  ///
  /// - Parameters:
  ///   - shape: the layer.
  ///   - activationBits: width of the activations, 1...16. Convolutions of the serial machines take it; fully
  ///     connected layers only in Tartan and DPRS, where nil means 16 bits that do not matter.
  ///   - weightBits: width of the weights, 1...16; Loom's, and in fully connected layers Tartan's and DPRS's.
  public func cycles(_ shape: LayerShape, activationBits: Int?, weightBits: Int) -> Int {
    switch shape.kind {
    case .fullyConnected: shape.windows * fullyConnected(shape, activationBits: activationBits, weightBits: weightBits)
    case .convolution, .depthwise:
      steps(shape) * cyclesPerStep(activationBits: activationBits ?? 16, weightBits: weightBits)
    }
  }

  /// Steps of a convolution: filter tiles by window sets by bricks.
  public func steps(_ shape: LayerShape) -> Int {
    let geometry = machine.geometry
    let windowSets = ceilDivide(shape.windows, geometry.columns)
    if shape.kind == .depthwise {
      // Model: the lanes of a brick are 16 filters, one lane each.
      let filtersPerStep = min(ArrayGeometry.lanes, geometry.rows)
      return ceilDivide(shape.filters, filtersPerStep) * windowSets * shape.bricks
    }
    return shape.groups * ceilDivide(shape.filters, geometry.rows) * windowSets * shape.bricks
  }

  /// Cycles of one step at given widths; a step without a bit still takes one (Model).
  public func cyclesPerStep(activationBits: Int, weightBits: Int) -> Int {
    if machine.kind == .dpnn { return 1 }
    let activations = max(1, ceilDivide(activationBits, machine.activationBitsPerCycle))
    return machine.hasSerialWeights ? activations * max(1, weightBits) : activations
  }

  private func fullyConnected(_ shape: LayerShape, activationBits: Int?, weightBits: Int) -> Int {
    let geometry = machine.geometry
    let bricks = ceilDivide(shape.fanIn, ArrayGeometry.lanes)
    switch machine.kind {
    case .dpnn, .stripes, .dynamicStripes:
      return ceilDivide(shape.filters, geometry.rows) * bricks
    case .tartan, .dprs:
      // Model: outputs lie over all columns; the wider operand decides.
      let width = max(activationBits ?? 0, weightBits)
      return ceilDivide(shape.filters, geometry.rows * geometry.columns) * bricks * width + geometry.columns - 1
    case .loom1, .loom2, .loom4:
      let units = geometry.rows * geometry.columns
      let passes = ceilDivide(shape.filters, units)
      // Columns that have no outputs of their own take slices of the inputs (Model: used from two slices on).
      let slices = min(bricks, geometry.columns / max(1, ceilDivide(shape.filters, geometry.rows)))
      let isCascaded = slices >= 2
      let cyclesPerBit = ceilDivide(16, machine.activationBitsPerCycle)
      let bricksEach = isCascaded ? ceilDivide(bricks, slices) : bricks
      return passes * bricksEach * weightBits * cyclesPerBit + geometry.columns - 1 + (isCascaded ? slices : 0)
    }
  }
}

func ceilDivide(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }
