/// Everything about a tensor but its values.
public struct TensorDescriptor: Hashable, Sendable {
  /// Unique in a container; UTF-8, 1...4,096 bytes when packed.
  public var name: PlainText
  /// Extents, outermost axis first; empty for a single value. At most 8 axes when packed.
  public var shape: [Int]
  public var elementType: ElementType
  /// What the axes mean to the lane orders; one role an axis.
  public var layout: TensorLayout
  /// True when the first axis varies fastest in memory (Fortran order), false when the last does (C order).
  public var isColumnMajor: Bool
  /// Convolution groups of a weight tensor; divides the outer extent. 1 for everything else.
  public var convolutionGroups: Int
  /// The stored value that stands for real zero, where known.
  public var zeroPoint: Int32?
  /// Free key and value pairs that travel with the tensor, in this order.
  public var metadata: [MetadataItem]

  /// Makes a descriptor; `layout` defaults to `TensorLayout.standard(rank:)`.
  ///
  /// `shape` must have no negative extent and its product must fit `Int`; `layout` must have one role an axis.
  public init(
    name: PlainText, shape: [Int], elementType: ElementType, layout: TensorLayout? = nil, isColumnMajor: Bool = false,
    convolutionGroups: Int = 1, zeroPoint: Int32? = nil, metadata: [MetadataItem] = []
  ) {
    precondition(shape.allSatisfy { $0 >= 0 })
    let layout = layout ?? .standard(rank: shape.count)
    precondition(layout.roles.count == shape.count, "one axis role an axis")
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.layout = layout
    self.isColumnMajor = isColumnMajor
    self.convolutionGroups = convolutionGroups
    self.zeroPoint = zeroPoint
    self.metadata = metadata
  }

  /// Number of elements: the product of the extents, 1 for rank 0.
  public var valueCount: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }

  /// Bytes of the elements in memory.
  public var byteCount: Int { valueCount * elementType.byteCount }
}
