/// The sizes of a layer that multiplies by weights, by meaning: what arrays and traffic models count with.
///
/// A fully connected layer is a 1 x 1 convolution whose rows of inputs lie side by side as windows.
public struct LayerGeometry: Hashable, Sendable {
  /// Images.
  public let batch: Int
  /// Rows of the input image.
  public let inputHeight: Int
  /// Columns of the input image.
  public let inputWidth: Int
  /// Channels of the input image.
  public let inputChannels: Int
  /// Rows of the output image.
  public let outputHeight: Int
  /// Columns of the output image.
  public let outputWidth: Int
  /// Filters: channels of the output image.
  public let outputChannels: Int
  /// How the filters move; kernel 1 x 1 for fully connected layers.
  public let window: Window
  /// True when each filter sees one channel.
  public let isDepthwise: Bool
  /// True when the layer is fully connected.
  public let isFullyConnected: Bool
  /// Multiplications of one inference, padding included.
  public let multiplications: Int

  /// Sizes up a layer; nil when it has no weights, or a size does not fit.
  public init?(_ layer: Layer, input: GraphTensor, output: GraphTensor) {
    guard let filters = layer.weights?.filterShape, filters.allSatisfy({ $0 >= 1 }) else { return nil }
    let fanIn: Int
    switch layer.operation {
    case .convolution(let window), .depthwiseConvolution(let window):
      guard let source = CanonicalShape(input.shape, input.layout),
        let result = CanonicalShape(output.shape, output.layout)
      else { return nil }
      isDepthwise = if case .depthwiseConvolution = layer.operation { true } else { false }
      isFullyConnected = false
      (batch, inputHeight, inputWidth) = (source.outer, source.height, source.width)
      inputChannels = source.channels
      (outputHeight, outputWidth, outputChannels) = (result.height, result.width, result.channels)
      self.window = window
      fanIn = isDepthwise ? 1 : filters[3]
    case .fullyConnected:
      guard let volume = SafeProduct.of(input.shape), volume % filters[3] == 0 else { return nil }
      isDepthwise = false
      isFullyConnected = true
      (batch, inputHeight, inputWidth) = (1, 1, volume / filters[3])
      inputChannels = filters[3]
      (outputHeight, outputWidth, outputChannels) = (1, volume / filters[3], filters[0])
      window = Window(kernel: (1, 1))
      fanIn = filters[3]
    default: return nil
    }
    guard
      let count = SafeProduct.of([
        batch, outputHeight, outputWidth, outputChannels, window.kernelHeight, window.kernelWidth, fanIn,
      ])
    else { return nil }
    multiplications = count
  }

  /// Windows of one inference.
  public var windowCount: Int { batch * outputHeight * outputWidth }

  /// Input channels one filter sees.
  public var fanInChannels: Int { isDepthwise ? 1 : inputChannels / window.groups }
}
