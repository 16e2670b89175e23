/// The bits that every window needs for every brick of a layer: what a dynamic machine's precision detectors see.
///
/// Found from the packed planes: the leading one of the OR over 16 products, of planes that differ from the sign plane
/// where activations are signed (Sharify et al., DAC 2018, section 3).
public struct WidthMap: Sendable {
  /// Windows of the layer.
  public let windowCount: Int
  /// Bricks by convolution group, or by step of a depthwise layer.
  public let groups: [Range<Int>]
  /// Windows rounded up to whole tiles.
  private let stride: Int
  /// Width of brick b and window w at `b * stride + w`; 0 where all products are 0.
  private let widths: [UInt8]
  /// Lanes of each brick that hold a product.
  let lanes: [Int]
  /// Output rows and columns, for machines that take windows in another order.
  let outputHeight: Int
  let outputWidth: Int

  /// Looks at every window once. Cost: a few instructions a word.
  init(
    _ plan: OperandPlan, grid: WindowGrid, inputs: ActivationPlanes, kernel: ArrayKernel, threads: Int = 1
  ) {
    windowCount = grid.windowCount
    (outputHeight, outputWidth) = (grid.outputHeight, grid.outputWidth)
    groups = plan.groups
    lanes = plan.bricks.map { $0.reduce(0) { $0 + $1.count } }
    let tiles = ceilDivide(grid.windowCount, WindowTile.windows)
    let stride = tiles * WindowTile.windows
    self.stride = stride
    let brickRoom = plan.groups.map(\.count).max() ?? 0
    let lanes = max(1, min(threads, tiles))
    let memories = (0..<lanes).map { _ in WindowTile(brickRoom: brickRoom, planeRoom: inputs.planeCount) }
    let byteCount = plan.bricks.count * stride
    widths = [UInt8](unsafeUninitializedCapacity: byteCount) { widths, count in
      count = byteCount
      guard let target = widths.baseAddress else { return }
      Concurrent.run(tiles, threads: lanes) { lane, tile in
        let memory = memories[lane]
        let first = tile * WindowTile.windows
        memory.place(grid, firstWindow: first, count: min(WindowTile.windows, grid.windowCount - first))
        for bricks in plan.groups {
          memory.load(plan.bricks[bricks], from: inputs, kernel: kernel)
          for brick in bricks {
            (target + brick * stride + first).initialize(
              from: memory.widths(brick: brick - bricks.lowerBound), count: WindowTile.windows)
          }
        }
      }
    }
  }

  /// The largest width of the layer.
  public var largest: Int { Int(widths.max() ?? 0) }

  /// The largest width of each set of `columns` windows for one brick, in order. `order` says how windows run.
  func maxima(brick: Int, columns: Int, order: WindowGrid.Order, _ body: (Int) -> Void) {
    widths.withUnsafeBufferPointer { widths in
      let line = UnsafeBufferPointer(rebasing: widths[brick * stride..<(brick + 1) * stride])
      if order == .rows, columns == 16 {
        // Windows behind the last one need no bits.
        for first in Swift.stride(from: 0, to: windowCount, by: 16) {
          body(Int(UnsafeRawPointer(line.baseAddress! + first).loadUnaligned(as: SIMD16<UInt8>.self).max()))
        }
        return
      }
      var first = 0
      while first < windowCount {
        let end = min(first + columns, windowCount)
        var largest: UInt8 = 0
        for place in first..<end { largest = max(largest, line[order == .rows ? place : rowMajor(place)]) }
        body(Int(largest))
        first = end
      }
    }
  }

  /// The row-major number of a window that is counted down the columns.
  private func rowMajor(_ place: Int) -> Int {
    let (image, inImage) = place.quotientAndRemainder(dividingBy: outputHeight * outputWidth)
    let (column, row) = inImage.quotientAndRemainder(dividingBy: outputHeight)
    return (image * outputHeight + row) * outputWidth + column
  }
}
