import Weft

/// An array that is carried as it is, not packed: int32 and int64 biases, floats.
///
/// Elements lie in C order (Fortran order when column-major), little-endian, `type.byteCount` bytes each.
public struct StoredArray: Sendable {
  /// Unique among the tensors and arrays of one file.
  public var name: String
  /// Type of the elements.
  public var type: ArrayType
  /// Extents, outermost axis first; empty for a single value.
  public var shape: [Int]
  /// True when the first axis varies fastest in memory.
  public var isColumnMajor: Bool
  /// Free key and value pairs that travel with the array, in this order.
  public var metadata: [MetadataItem]
  /// `valueCount * type.byteCount` bytes.
  public let region: ByteRegion

  /// Joins a description and its elements; `region` must have exactly the bytes that shape and type need.
  public init(
    name: String, type: ArrayType, shape: [Int], isColumnMajor: Bool = false, metadata: [MetadataItem] = [],
    region: ByteRegion
  ) {
    precondition(shape.allSatisfy { $0 >= 0 })
    self.name = name
    self.type = type
    self.shape = shape
    self.isColumnMajor = isColumnMajor
    self.metadata = metadata
    self.region = region
    precondition(region.count == valueCount * type.byteCount, "bytes do not fit the shape")
  }

  /// Number of elements: the product of the extents, 1 for rank 0.
  public var valueCount: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }
}
