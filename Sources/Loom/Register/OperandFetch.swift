import Networks

/// Fetches the words of a step one by one, by the formulas: another way to the same words than the fast executor's.
struct OperandFetch {
  private let operands: LayerOperands
  /// What the array takes step by step.
  let plan: OperandPlan
  private let rows: Int
  private let filtersAStep: Int

  init(_ operands: LayerOperands, rows: Int) {
    self.operands = operands
    let geometry = operands.geometry
    self.rows = rows
    filtersAStep = min(ArrayGeometry.lanes, rows)
    plan =
      geometry.isDepthwise
      ? .depthwiseSteps(
        taps: operands.grid.tapCount, filters: operands.filterCount,
        multiplier: geometry.outputChannels / geometry.inputChannels, filtersAStep: filtersAStep)
      : operands.plan
  }

  /// Filters that are on the array together, for one convolution group or step of a depthwise layer.
  func filterTiles(ofGroup group: Int) -> [Range<Int>] {
    let perGroup = operands.geometry.isDepthwise ? filtersAStep : operands.filtersPerGroup
    let size = operands.geometry.isDepthwise ? filtersAStep : rows
    let end = min(operands.filterCount, (group + 1) * perGroup)
    return stride(from: group * perGroup, to: end, by: size).map { $0..<min($0 + size, end) }
  }

  /// The words of one brick for some windows, all planes.
  func activations(brick: Int, windows: Range<Int>) -> FetchedWords {
    let inputs = operands.inputs
    let planes = (0..<inputs.planeCount).map { plane in
      windows.map { window -> UInt16 in
        var word: UInt16 = 0
        for piece in plan.bricks[brick] {
          guard let position = operands.grid.position(window: window, tap: piece.tap) else { continue }
          let bits = inputs.words(brick: piece.source, plane: plane)[position] >> UInt16(piece.shift) & piece.mask
          word |= bits << UInt16(piece.rise)
        }
        return word
      }
    }
    return FetchedWords(planes: planes, isSigned: inputs.isSigned)
  }

  /// The word of one filter's weights; planes above the stored ones continue the sign, or zeros.
  func weight(filter: Int, plane: Int, brick: Int) -> UInt16 {
    let weights = operands.weights
    guard plane < weights.planeCount || weights.isSigned else { return 0 }
    let plane = min(plane, weights.planeCount - 1)
    guard operands.geometry.isDepthwise else { return weights.word(filter: filter, plane: plane, brick: brick) }
    // Brick is the tap; the one weight sits at the lane of the filter's channel.
    let bit = weights.word(filter: filter, plane: plane, brick: brick / 16) >> UInt16(brick % 16) & 1
    let multiplier = operands.geometry.outputChannels / operands.geometry.inputChannels
    let first = filter / filtersAStep * filtersAStep
    return bit << UInt16(filter / multiplier - first / multiplier)
  }
}

/// Words of one brick, plane by plane.
struct FetchedWords {
  fileprivate let planes: [[UInt16]]
  fileprivate let isSigned: Bool

  /// A word; planes above the stored ones continue the sign, or zeros.
  func word(plane: Int, place: Int) -> UInt16 {
    if plane < planes.count { return planes[plane][place] }
    return isSigned && !planes.isEmpty ? planes[planes.count - 1][place] : 0
  }

  /// The bits that the words need together: the leading one of the OR over planes that differ from the sign plane.
  var width: Int {
    guard let top = planes.last else { return 0 }
    let sign = isSigned ? top : [UInt16](repeating: 0, count: top.count)
    if let plane = planes.lastIndex(where: { $0 != sign }) { return plane + 1 + (isSigned ? 1 : 0) }
    return isSigned && sign.contains { $0 != 0 } ? 1 : 0
  }
}
