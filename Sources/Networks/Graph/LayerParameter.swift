import Weft

/// The weights or the bias of a layer.
public struct LayerParameter: Hashable, Sendable {
  /// The array's name: its path in the network folder without `.npy`, and its name in a container. Nil when only
  /// the shape is known.
  public var array: String?
  /// Type of the stored values.
  public var type: ArrayType
  /// Extents as stored, outermost axis first.
  public var shape: [Int]
  /// What the axes mean.
  public var layout: TensorLayout
  /// Real value of one step: none, one for the layer, or one an output channel.
  public var scales: [Double]
  /// The stored values that stand for real zero: one for the layer, or one an output channel.
  public var zeroPoints: [Int32]
  /// Bits right of the point, where the arithmetic is fixed point.
  public var fractionBits: Int?
  /// What `network.json` says besides.
  public var extras: [JSONMember]

  /// Makes a parameter; `layout` defaults to the standard one of the rank.
  public init(
    array: String?, type: ArrayType, shape: [Int], layout: TensorLayout? = nil, scales: [Double] = [],
    zeroPoints: [Int32] = [0], fractionBits: Int? = nil, extras: [JSONMember] = []
  ) {
    self.array = array
    self.type = type
    self.shape = shape
    self.layout = layout ?? .standard(rank: shape.count)
    self.scales = scales
    self.zeroPoints = zeroPoints
    self.fractionBits = fractionBits
    self.extras = extras
  }

  /// The extents by meaning: filters, rows, columns, channels; absent axes are 1. Nil for more than two position
  /// axes.
  public var filterShape: [Int]? { CanonicalShape(shape, layout)?.extents }
}
