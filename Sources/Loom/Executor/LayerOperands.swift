import Networks
import Weft

/// A layer that multiplies, with its operands as planes.
struct LayerOperands {
  let layer: Layer
  let geometry: LayerGeometry
  let grid: WindowGrid
  let plan: OperandPlan
  let inputs: ActivationPlanes
  let weights: WeightPlanes

  var windowCount: Int { grid.windowCount }
  var filterCount: Int { geometry.outputChannels }
  var filtersPerGroup: Int { filterCount / plan.groups.count }

  /// Few windows and many filters: filters lie side by side in a tile and windows are taken one by one.
  var tilesFilters: Bool { weights.arrangement == .byTile }

  /// Bits that no sum of products exceeds: both widths, and one for each doubling of the number of products.
  var sumBits: Int {
    let products = max(1, plan.groups[0].count * ArrayGeometry.lanes)
    return inputs.planeCount + weights.planeCount + (Int.bitWidth - products.leadingZeroBitCount)
  }

  /// Joins a layer with its packed operands. Throws where their shapes disagree, or the array cannot read them.
  init(
    _ layer: Layer, input: GraphTensor, output: GraphTensor, inputs: ActivationPlanes, weights packed: PackedTensor,
    kernel: Kernel
  ) throws {
    guard let geometry = LayerGeometry(layer, input: input, output: output) else {
      throw NetworkError(.inconsistent, "the layer's sizes do not fit", place: "layer '\(layer.name)'")
    }
    guard geometry.windowCount > 0, geometry.outputChannels > 0, inputs.positionCount > 0 else {
      throw NetworkError(.unsupported, "a layer without values", place: "layer '\(layer.name)'")
    }
    self.layer = layer
    self.geometry = geometry
    self.inputs = inputs
    let window = geometry.window
    let taps = window.kernelHeight * window.kernelWidth
    let outputs = geometry.outputChannels
    var groups = 1
    if geometry.isFullyConnected {
      let fanIn = geometry.inputChannels
      (grid, plan) = try LayerOperands.rows(of: input, fanIn: fanIn, layer.name)
    } else {
      grid = WindowGrid(geometry)
      if geometry.isDepthwise {
        groups = geometry.inputChannels
        plan = .depthwise(taps: taps, channels: geometry.inputChannels)
      } else {
        groups = window.groups
        plan = .convolution(taps: taps, channels: geometry.inputChannels, groups: groups)
      }
    }
    let tilesFilters = groups == 1 && grid.windowCount < 16 && outputs > grid.windowCount
    weights = try WeightPlanes(packed, arrangement: tilesFilters ? .byTile : .byFilter, kernel: kernel)
    try check(packed, input, groups: groups)
  }

  private func check(_ packed: PackedTensor, _ input: GraphTensor, groups: Int) throws {
    let place = "layer '\(layer.name)'"
    guard weights.filterCount == filterCount, weights.brickCount == plan.groups[0].count,
      filterCount % groups == 0
    else {
      throw NetworkError(
        .inconsistent,
        "packed weights '\(packed.descriptor.name)' have \(weights.filterCount) filters of \(weights.brickCount) bricks, the layer \(filterCount) of \(plan.groups[0].count)",
        place: place)
    }
    guard geometry.isDepthwise || packed.descriptor.convolutionGroups == groups else {
      throw NetworkError(
        .inconsistent,
        "packed weights '\(packed.descriptor.name)' have \(packed.descriptor.convolutionGroups) convolution groups, the layer \(groups)",
        place: place)
    }
    let positions = grid.images * grid.inputHeight * grid.inputWidth
    guard inputs.positionCount == positions, input.valueCount == inputs.positionCount * inputs.channelCount else {
      throw NetworkError(
        .inconsistent,
        "packed input '\(input.name)' has \(inputs.positionCount) positions of \(inputs.channelCount) channels, the layer needs \(positions)",
        place: place)
    }
  }

  /// How the flat inputs of a fully connected layer lie on positions and channels.
  private static func rows(
    of input: GraphTensor, fanIn: Int, _ layer: String
  ) throws -> (WindowGrid, OperandPlan) {
    let descriptor = TensorDescriptor(
      name: input.name, shape: input.shape, elementType: .int16, layout: input.layout)
    let axes = MergedAxes(descriptor)
    let isChannelLast = axes.channels == 1 || axes.channelStride == 1 || axes.positions * axes.outer == 1
    let isImageWise = isChannelLast ? fanIn % axes.channels == 0 : fanIn == axes.channels * axes.positions
    guard isImageWise, axes.outer == 1 || axes.outerStride == axes.positions * axes.channels else {
      throw NetworkError(
        .unsupported, "a row of \(fanIn) inputs that does not cover whole positions", place: "layer '\(layer)'")
    }
    let positions = fanIn / axes.channels
    let rows = input.valueCount / max(1, fanIn)
    return (
      WindowGrid(rowCount: rows, positionsPerRow: positions),
      .fullyConnected(positions: positions, channels: axes.channels, isChannelLast: isChannelLast)
    )
  }
}
