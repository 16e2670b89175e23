/// Steps of a convolution on one machine, with the widths its detectors find.
struct StepTotals: Hashable, Sendable {
  /// Steps: window sets times bricks, for one tile of filters.
  var steps = 0
  /// Cycles of these steps for one weight bit, `ceil(width / bits a cycle)` each and at least 1 (Model).
  var activationCycles = 0
  /// Widths added up, a step without a bit counting as `minimumWidth`.
  var widths = 0
  /// Widths times the windows and lanes that spend them on products of their own.
  var windowBits = 0
  /// `activationCycles` of each set of windows.
  var cyclesOfSet: [Int]

  /// Adds up the steps of neighbouring bricks.
  ///
  /// - Parameters:
  ///   - minimumWidth: what a step spends at least: 1 bit (paper).
  ///   - detectorSteps: neighbouring bricks that share one detected width.
  ///   - fixedWidth: a width that is spent whatever the values need.
  init(
    _ map: WidthMap, bricks all: Range<Int>, columns: Int, bitsPerCycle: Int, order: WindowGrid.Order = .rows,
    minimumWidth: Int = 1, detectorSteps: Int = 1, fixedWidth: Int? = nil
  ) {
    cyclesOfSet = [Int](repeating: 0, count: ceilDivide(map.windowCount, columns))
    var widths = [Int](repeating: 0, count: cyclesOfSet.count)
    for first in stride(from: all.lowerBound, to: all.upperBound, by: detectorSteps) {
      let bricks = first..<min(first + detectorSteps, all.upperBound)
      for set in widths.indices { widths[set] = minimumWidth }
      let lanes = bricks.reduce(0) { $0 + map.lanes[$1] }
      for brick in bricks where fixedWidth == nil {
        var set = 0
        map.maxima(brick: brick, columns: columns, order: order) {
          widths[set] = max(widths[set], $0)
          set += 1
        }
      }
      for set in widths.indices {
        let width = max(fixedWidth ?? minimumWidth, widths[set])
        let cycles = bricks.count * ceilDivide(width, bitsPerCycle)
        steps += bricks.count
        activationCycles += cycles
        self.widths += bricks.count * width
        cyclesOfSet[set] += cycles
        windowBits += width * lanes * min(columns, map.windowCount - set * columns)
      }
    }
  }
}
