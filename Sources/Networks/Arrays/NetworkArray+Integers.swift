import Weft

extension NetworkArray {
  /// Extents, outermost axis first.
  public var shape: [Int] {
    switch self {
    case .tensor(let tensor): tensor.descriptor.shape
    case .stored(let array): array.shape
    }
  }

  /// The type of the elements; nil for widths that no array type has.
  public var type: ArrayType? {
    switch self {
    case .tensor(let tensor):
      ArrayType.allCases.first { $0.elementType?.fits(tensor.descriptor.elementType) == true }
    case .stored(let array): array.type
    }
  }

  /// All elements as 64-bit integers in C order, whatever order they are stored in; nil for floats and complex
  /// numbers. Cost: eight bytes a value.
  public var integers: [Int64]? {
    switch self {
    case .tensor(let tensor):
      let values = (0..<tensor.descriptor.valueCount).map { Int64(tensor[$0]) }
      return tensor.descriptor.isColumnMajor ? AxisOrder.rowMajor(values, shape: shape) : values
    case .stored(let array):
      guard let values = array.integers else { return nil }
      return array.isColumnMajor ? AxisOrder.rowMajor(values, shape: shape) : values
    }
  }
}
