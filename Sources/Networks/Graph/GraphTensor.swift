import Weft

/// An activation of a graph: what flows from layer to layer.
public struct GraphTensor: Hashable, Sendable {
  /// Unique in its graph.
  public var name: String
  /// Extents, outermost axis first, batch included.
  public var shape: [Int]
  /// What the axes mean; one role an axis.
  public var layout: TensorLayout
  /// Type of the stored values.
  public var type: ArrayType
  /// Real value of one step, where the arithmetic has scales.
  public var scale: Double?
  /// The stored value that stands for real zero.
  public var zeroPoint: Int32
  /// Bits right of the point, where the arithmetic is fixed point.
  public var fractionBits: Int?
  /// The arrays that hold this activation, one a sample.
  public var files: [SampleFile]
  /// What `network.json` says besides.
  public var extras: [JSONMember]

  /// Makes a tensor; `layout` defaults to the standard one of the rank.
  public init(
    name: String, shape: [Int], layout: TensorLayout? = nil, type: ArrayType, scale: Double? = nil,
    zeroPoint: Int32 = 0, fractionBits: Int? = nil, files: [SampleFile] = [], extras: [JSONMember] = []
  ) {
    self.name = name
    self.shape = shape
    self.layout = layout ?? .standard(rank: shape.count)
    self.type = type
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.fractionBits = fractionBits
    self.files = files
    self.extras = extras
  }

  /// Number of values; `Int.max` for a shape that does not pass `LayerGraph.check()` as it has too many.
  public var valueCount: Int { SafeProduct.of(shape) ?? .max }

  /// The array of one sample, if there is one.
  public func array(of sample: String) -> String? { files.first { $0.sample == sample }?.array }
}
