/// A two-dimensional window and how it moves; pairs are height, width.
public struct Window: Hashable, Sendable {
  /// Rows of the window.
  public var kernelHeight: Int
  /// Columns of the window.
  public var kernelWidth: Int
  /// Rows from one window to the next.
  public var strideHeight: Int
  /// Columns from one window to the next.
  public var strideWidth: Int
  /// Rows between taps.
  public var dilationHeight: Int
  /// Columns between taps.
  public var dilationWidth: Int
  /// Zeros around the image.
  public var padding: Padding
  /// Convolution groups; the channel count for depthwise layers, 1 for pooling.
  public var groups: Int

  /// Makes a window; stride and dilation are 1 and nothing is padded by default.
  public init(
    kernel: (Int, Int), stride: (Int, Int) = (1, 1), dilation: (Int, Int) = (1, 1), padding: Padding = Padding(),
    groups: Int = 1
  ) {
    (kernelHeight, kernelWidth) = kernel
    (strideHeight, strideWidth) = stride
    (dilationHeight, dilationWidth) = dilation
    self.padding = padding
    self.groups = groups
  }

  /// Output rows for an image of `height` rows; nil when no window fits or a field is out of range.
  public func outputHeight(_ height: Int) -> Int? {
    Self.count(height, kernelHeight, strideHeight, dilationHeight, padding.top, padding.bottom)
  }

  /// Output columns for an image of `width` columns; nil when no window fits or a field is out of range.
  public func outputWidth(_ width: Int) -> Int? {
    Self.count(width, kernelWidth, strideWidth, dilationWidth, padding.left, padding.right)
  }

  /// The largest value any field may have.
  public static let maximum = 1 << 20

  private static func count(
    _ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int, _ after: Int
  ) -> Int? {
    guard (1...maximum).contains(kernel), (1...maximum).contains(stride), (1...maximum).contains(dilation),
      (0...maximum).contains(before), (0...maximum).contains(after), (0...1 << 40).contains(size)
    else { return nil }
    let room = size + before + after - ((kernel - 1) * dilation + 1)
    return room < 0 ? nil : room / stride + 1
  }
}
