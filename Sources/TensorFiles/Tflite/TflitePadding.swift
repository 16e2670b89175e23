import Networks

/// The two paddings of TFLite, spelled out per side.
enum TflitePadding {
  /// A window over an image; `isSame` pads so that the output has ceil(size / stride) positions, the odd one behind.
  /// Nil when a size is not positive or too large.
  static func window(
    kernel: (Int, Int), stride: (Int, Int), dilation: (Int, Int), isSame: Bool, image: (Int, Int)
  ) -> Window? {
    let sizes = [kernel.0, kernel.1, stride.0, stride.1, dilation.0, dilation.1]
    guard sizes.allSatisfy({ (1...Window.maximum).contains($0) }), image.0 >= 0, image.1 >= 0 else { return nil }
    var window = Window(kernel: kernel, stride: stride, dilation: dilation)
    guard isSame else { return window }
    let (top, bottom) = sides(image.0, kernel.0, stride.0, dilation.0)
    let (left, right) = sides(image.1, kernel.1, stride.1, dilation.1)
    window.padding = Padding(top: top, left: left, bottom: bottom, right: right)
    return window
  }

  private static func sides(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> (Int, Int) {
    let count = (size + stride - 1) / stride
    let total = max(0, (count - 1) * stride + (kernel - 1) * dilation + 1 - size)
    return (total / 2, total - total / 2)
  }
}
