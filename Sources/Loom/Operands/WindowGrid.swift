internal import CWeftKernels
import Networks

/// Where the windows of a layer lie on its input positions.
public struct WindowGrid: Hashable, Sendable {
  /// The order in which windows are taken.
  public enum Order: Hashable, Sendable {
    /// Row by row, over the whole output plane (Model).
    case rows
    /// Column by column, sets of windows not running on into the next column (DNNsim).
    case columns
  }

  let images: Int
  let inputHeight: Int
  let inputWidth: Int
  let outputHeight: Int
  let outputWidth: Int
  let window: Window

  init(_ geometry: LayerGeometry) {
    images = geometry.batch
    (inputHeight, inputWidth) = (geometry.inputHeight, geometry.inputWidth)
    (outputHeight, outputWidth) = (geometry.outputHeight, geometry.outputWidth)
    window = geometry.window
  }

  /// A window that moves on by its own length: the rows of inputs of a fully connected layer.
  init(rowCount: Int, positionsPerRow: Int) {
    images = 1
    (inputHeight, inputWidth) = (1, rowCount * positionsPerRow)
    (outputHeight, outputWidth) = (1, rowCount)
    window = Window(kernel: (1, positionsPerRow), stride: (1, positionsPerRow))
  }

  /// A pool's windows.
  init(images: Int, input: (height: Int, width: Int), output: (height: Int, width: Int), window: Window) {
    self.images = images
    (inputHeight, inputWidth) = input
    (outputHeight, outputWidth) = output
    self.window = window
  }

  /// Number of windows.
  var windowCount: Int { images * outputHeight * outputWidth }

  /// Number of taps of a window.
  var tapCount: Int { window.kernelHeight * window.kernelWidth }

  /// The input position of one tap of one window; nil in the padding. Windows count row by row.
  func position(window number: Int, tap: Int) -> Int? {
    let (line, column) = number.quotientAndRemainder(dividingBy: outputWidth)
    let (image, row) = line.quotientAndRemainder(dividingBy: outputHeight)
    let (kernelRow, kernelColumn) = tap.quotientAndRemainder(dividingBy: window.kernelWidth)
    let y = row * window.strideHeight + kernelRow * window.dilationHeight - window.padding.top
    let x = column * window.strideWidth + kernelColumn * window.dilationWidth - window.padding.left
    guard y >= 0, y < inputHeight, x >= 0, x < inputWidth else { return nil }
    return (image * inputHeight + y) * inputWidth + x
  }

  /// Appends the runs of one tap over neighbouring windows of one row: `count` windows from `number` on, laid from
  /// `place` of the tile on. Windows whose tap lies in the padding have none.
  @inline(__always)
  func appendRuns(
    firstWindow: Int, count: Int, tap: Int, to runs: inout [weft_window_run]
  ) {
    let (kernelRow, kernelColumn) = tap.quotientAndRemainder(dividingBy: window.kernelWidth)
    let rowShift = kernelRow * window.dilationHeight - window.padding.top
    let columnShift = kernelColumn * window.dilationWidth - window.padding.left
    let stride = window.strideWidth
    var (line, column) = firstWindow.quotientAndRemainder(dividingBy: outputWidth)
    var place = 0
    while place < count {
      let here = min(count - place, outputWidth - column)
      let (image, row) = line.quotientAndRemainder(dividingBy: outputHeight)
      let y = row * window.strideHeight + rowShift
      if y >= 0, y < inputHeight {
        // Columns whose operand lies in the image.
        let first = max(column, columnShift >= 0 ? 0 : ceilDivide(-columnShift, stride))
        let end = min(column + here, inputWidth <= columnShift ? 0 : (inputWidth - 1 - columnShift) / stride + 1)
        if first < end {
          runs.append(
            weft_window_run(
              window: Int32(place + first - column), count: Int32(end - first), stride: Int32(stride),
              position: Int64((image * inputHeight + y) * inputWidth + first * stride + columnShift)))
        }
      }
      place += here
      column = 0
      line += 1
    }
  }
}
