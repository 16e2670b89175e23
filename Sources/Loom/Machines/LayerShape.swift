import Networks

/// A layer as an array sees it: filters, windows and bricks of 16 products.
public struct LayerShape: Hashable, Sendable {
  /// How the layer's products are scheduled.
  public enum Kind: Hashable, Sendable {
    case convolution
    case depthwise
    case fullyConnected
  }

  public let kind: Kind
  /// Convolution groups.
  public let groups: Int
  /// Filters of one group; all outputs of a fully connected layer; all channels of a depthwise one.
  public let filters: Int
  /// Windows: output rows times output columns times images.
  public let windows: Int
  /// Window positions: kernel rows times kernel columns.
  public let taps: Int
  /// Channels one filter sees (1 for depthwise).
  public let fanIn: Int

  /// Makes a shape; every number is at least 1.
  public init(kind: Kind, groups: Int = 1, filters: Int, windows: Int, taps: Int = 1, fanIn: Int) {
    precondition(groups >= 1 && filters >= 1 && windows >= 1 && taps >= 1 && fanIn >= 1)
    self.kind = kind
    self.groups = groups
    self.filters = filters
    self.windows = windows
    self.taps = taps
    self.fanIn = fanIn
  }

  /// The shape of a graph's layer. A fully connected layer whose rows of inputs are many has as many windows.
  public init(_ geometry: LayerGeometry) {
    let window = geometry.window
    self.init(
      kind: geometry.isFullyConnected ? .fullyConnected : geometry.isDepthwise ? .depthwise : .convolution,
      groups: geometry.isDepthwise ? 1 : window.groups,
      filters: geometry.isDepthwise ? geometry.outputChannels : geometry.outputChannels / window.groups,
      windows: geometry.windowCount, taps: window.kernelHeight * window.kernelWidth,
      fanIn: geometry.fanInChannels)
  }

  /// Bricks of 16 products that one filter takes for one window. With fewer than 16 channels the products run over
  /// the flattened window (Model). Depthwise: one brick of 16 channels, a tap at a time (Model).
  public var bricks: Int {
    let lanes = ArrayGeometry.lanes
    if kind == .depthwise { return taps }
    return fanIn < lanes ? (taps * fanIn + lanes - 1) / lanes : taps * ((fanIn + lanes - 1) / lanes)
  }

  /// Multiplications of one inference, padding included.
  public var multiplications: Int { groups * filters * windows * taps * fanIn }
}
