import Weft

/// Weights as the weight memory holds them: words of 16 products of one filter, plane by plane.
///
/// Made from the rows of a packed tensor. Bricks run as in `filters` order: over window positions and channel bricks,
/// over the flattened window with fewer than 16 fan-in channels; for depthwise weights over the taps of one channel.
public final class WeightPlanes: @unchecked Sendable {
  /// How words lie in memory.
  enum Arrangement {
    /// Filter, plane, brick: filters are taken one by one.
    case byFilter
    /// Tiles of 32 filters: brick, plane, filter.
    case byTile
  }

  public let filterCount: Int
  /// Bricks of 16 products that one filter takes for one window.
  public let brickCount: Int
  /// Planes: the largest precision stored, at least 1.
  public let planeCount: Int
  /// Any weight is negative.
  public let isSigned: Bool
  /// Bits of the widest weight of each filter; 0 where all are 0.
  public private(set) var filterWidths: [Int]
  let arrangement: Arrangement
  private let storage: UnsafeMutableBufferPointer<UInt16>

  /// Takes a tensor packed in `filters` order. Throws the rule of SPEC.md that a frame breaks, and
  /// `settingNotApplicable` for tensors that the array cannot read.
  init(_ packed: PackedTensor, arrangement: Arrangement, kernel: Kernel) throws(WeftError) {
    try ArrayOrder.check(packed, order: .filters)
    let (descriptor, settings) = (packed.descriptor, packed.settings)
    let axes = MergedAxes(descriptor)
    let lanes = ArrayGeometry.lanes
    let isDepthwise = descriptor.layout.isDepthwise
    let isFlattened = axes.channels < lanes
    filterCount = isDepthwise ? axes.outer * axes.channels : axes.outer
    brickCount =
      isDepthwise
      ? ceilDivide(axes.positions, lanes)
      : isFlattened
        ? ceilDivide(axes.positions * axes.channels, lanes) : axes.positions * ceilDivide(axes.channels, lanes)
    let stored = packed.summary.histogram.largest
    isSigned = settings.isSigned
    self.arrangement = arrangement
    let tiles = ceilDivide(max(1, filterCount), 32)
    let planes = max(1, stored)
    storage = .allocate(capacity: (arrangement == .byTile ? tiles * 32 : filterCount) * planes * brickCount)
    storage.initialize(repeating: 0)
    planeCount = planes
    filterWidths = []
    let bricksAStep = ceilDivide(axes.channels, lanes)
    try packed.forEachPlaneRun(planeCount: stored, kernel: kernel) { run in
      let segment = run.segment
      for plane in 0..<stored {
        let bits = (run.planes + plane * run.planeStride).assumingMemoryBound(to: UInt8.self)
        for (place, item) in (run.lanes.lowerBound / segment.itemLanes..<run.lanes.upperBound / segment.itemLanes)
          .enumerated()
        {
          let word =
            segment.itemLanes == 16 ? UInt16(bits[2 * place]) | UInt16(bits[2 * place + 1]) << 8 : UInt16(bits[place])
          if isDepthwise {
            let (outer, tap) = item.quotientAndRemainder(dividingBy: axes.positions)
            spread(word, tap: tap, plane: plane, firstFilter: outer * axes.channels + 16 * segment.brick)
          } else {
            let brick = segment.step * bricksAStep + segment.brick
            storage[index(filter: segment.firstFilter + item, plane: plane, brick: brick)] = word
          }
        }
      }
    }
    filterWidths = (0..<filterCount).map { width(ofFilter: $0) }
  }

  deinit { storage.deallocate() }

  /// Bits of the widest weight; at least 1, which is what a step of the array spends at least (Model).
  public var width: Int { max(1, filterWidths.max() ?? 0) }

  /// Bits of the widest weight of some filters in one brick; 0 where all are 0. `lanes` are the weights that count.
  func width(ofFilters filters: Range<Int>, brick: Int, lanes: UInt16 = .max) -> Int {
    filters.reduce(0) { max($0, width(filter: $1, brick: brick, lanes: lanes, atLeast: $0)) }
  }

  private func width(ofFilter filter: Int) -> Int {
    (0..<brickCount).reduce(0) { max($0, width(filter: filter, brick: $1, lanes: .max, atLeast: $0)) }
  }

  /// Bits that a word's weights need; something not above `atLeast` where they need no more.
  @inline(__always)
  private func width(filter: Int, brick: Int, lanes: UInt16, atLeast: Int) -> Int {
    let signBits = isSigned ? 1 : 0
    let top = isSigned ? word(filter: filter, plane: planeCount - 1, brick: brick) & lanes : 0
    var plane = planeCount - 1
    while plane >= 0, plane + 1 + signBits > atLeast {
      if word(filter: filter, plane: plane, brick: brick) & lanes != top { return plane + 1 + signBits }
      plane -= 1
    }
    return top == 0 ? 0 : 1
  }

  /// One word.
  @inline(__always)
  func word(filter: Int, plane: Int, brick: Int) -> UInt16 {
    storage[index(filter: filter, plane: plane, brick: brick)]
  }

  /// Words from one filter on, arranged by filter, or from its tile on.
  @inline(__always)
  func words(filter: Int) -> UnsafePointer<UInt16> {
    UnsafePointer(storage.baseAddress! + index(filter: filter, plane: 0, brick: 0))
  }

  @inline(__always)
  private func index(filter: Int, plane: Int, brick: Int) -> Int {
    switch arrangement {
    case .byFilter: (filter &* planeCount &+ plane) &* brickCount &+ brick
    case .byTile: ((filter / 32 &* brickCount &+ brick) &* planeCount &+ plane) &* 32 &+ filter % 32
    }
  }

  /// The lanes of a depthwise word are filters: its bits go to 16 words, one bit a tap.
  private func spread(_ word: UInt16, tap: Int, plane: Int, firstFilter: Int) {
    for lane in 0..<min(16, filterCount - firstFilter) {
      storage[index(filter: firstFilter + lane, plane: plane, brick: tap / 16)] |=
        (word >> UInt16(lane) & 1) << UInt16(tap % 16)
    }
  }
}
