import Weft

/// One array of a network: integers of 4, 8 or 16 bits are tensors to be packed, all others are carried.
public enum NetworkArray: Sendable {
  /// Integers of 4, 8 or 16 bits.
  case tensor(QuantizedTensor)
  /// All other types.
  case stored(StoredArray)

  /// The array's name.
  public var name: String {
    switch self {
    case .tensor(let tensor): tensor.descriptor.name
    case .stored(let array): array.name
    }
  }

  /// Bytes of the elements.
  public var byteCount: Int {
    switch self {
    case .tensor(let tensor): tensor.region.count
    case .stored(let array): array.region.count
    }
  }

  /// Sorts an array of any type: a tensor when `type` is packed, stored otherwise. `region` must have exactly
  /// the bytes that shape and type need; `layout` and `zeroPoint` only concern tensors.
  public init(
    name: String, type: ArrayType, shape: [Int], layout: TensorLayout? = nil, isColumnMajor: Bool = false,
    convolutionGroups: Int = 1, zeroPoint: Int32? = nil, metadata: [MetadataItem] = [], region: ByteRegion
  ) {
    if let elementType = type.elementType {
      let descriptor = TensorDescriptor(
        name: name, shape: shape, elementType: elementType, layout: layout, isColumnMajor: isColumnMajor,
        convolutionGroups: convolutionGroups, zeroPoint: zeroPoint, metadata: metadata)
      self = .tensor(QuantizedTensor(descriptor: descriptor, region: region))
    } else {
      self = .stored(
        StoredArray(
          name: name, type: type, shape: shape, isColumnMajor: isColumnMajor, metadata: metadata, region: region))
    }
  }
}
