import Weft

extension StoredArray {
  /// A tensor carried as it is, without packing; its bytes are shared, not copied.
  public init(carrying tensor: QuantizedTensor) {
    let descriptor = tensor.descriptor
    let type = ArrayType.allCases.first { $0.elementType?.fits(descriptor.elementType) == true } ?? .int16
    self.init(
      name: descriptor.name, type: type, shape: descriptor.shape, isColumnMajor: descriptor.isColumnMajor,
      metadata: descriptor.metadata, region: tensor.region)
  }
}
