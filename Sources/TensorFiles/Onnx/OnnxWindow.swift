import Networks

/// Windows as the attributes of Conv and the pools say them.
enum OnnxWindow {
  /// The window over an image; nil when an attribute is missing, out of range or unknown.
  static func window(
    _ node: OnnxNode, kernel: (Int, Int), image: (Int, Int), file: FileBytes
  ) throws(TensorFileError) -> Window? {
    let strides = node.integers("strides") ?? [1, 1]
    let dilations = node.integers("dilations") ?? [1, 1]
    let pads = node.integers("pads") ?? [0, 0, 0, 0]
    guard strides.count == 2, dilations.count == 2, pads.count == 4 else { return nil }
    let mode = try node.attributes["auto_pad"]?.text.map { range throws(TensorFileError) in
      try OnnxMessage.text(file, range)
    }
    switch mode ?? "NOTSET" {
    case "NOTSET", "": break
    case "VALID", "SAME_UPPER", "SAME_LOWER":
      guard
        var window = TflitePadding.window(
          kernel: kernel, stride: (strides[0], strides[1]), dilation: (dilations[0], dilations[1]),
          isSame: mode != "VALID", image: image)
      else { return nil }
      if mode == "SAME_LOWER" {
        (window.padding.top, window.padding.bottom) = (window.padding.bottom, window.padding.top)
        (window.padding.left, window.padding.right) = (window.padding.right, window.padding.left)
      }
      return window
    default: return nil
    }
    var window = Window(
      kernel: kernel, stride: (strides[0], strides[1]), dilation: (dilations[0], dilations[1]),
      padding: Padding(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3]))
    guard window.outputHeight(image.0) != nil, window.outputWidth(image.1) != nil else { return nil }
    if node.integer("ceil_mode", absent: 0) != 0 {
      window.padding.bottom = ceiled(
        image.0, kernel.0, strides[0], dilations[0], window.padding.top, window.padding.bottom)
      window.padding.right = ceiled(
        image.1, kernel.1, strides[1], dilations[1], window.padding.left, window.padding.right)
    }
    return window
  }

  /// The padding behind that makes room for a last window that hangs over, if it begins inside.
  private static func ceiled(
    _ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int, _ after: Int
  ) -> Int {
    let extent = (kernel - 1) * dilation + 1
    let steps = (size + before + after - extent + stride - 1) / stride
    guard steps * stride < size + before else { return after }
    return max(after, steps * stride + extent - size - before)
  }
}
