/// An integer tensor: a descriptor and the elements it describes.
///
/// Elements lie in `descriptor` order (C order, or Fortran order when column-major), one or two little-endian
/// bytes each as `ElementType` says. Every element lies in its type's range.
public struct QuantizedTensor: Sendable {
  public var descriptor: TensorDescriptor
  /// `descriptor.byteCount` bytes.
  public let region: ByteRegion

  /// Joins a descriptor and its elements; `region` must have exactly `descriptor.byteCount` bytes.
  public init(descriptor: TensorDescriptor, region: ByteRegion) {
    precondition(region.count == descriptor.byteCount, "\(region.count) bytes for \(descriptor.byteCount)")
    self.descriptor = descriptor
    self.region = region
  }

  /// Copies values given as integers; each must lie in the element type's range, and their number must be
  /// `descriptor.valueCount`.
  public init(descriptor: TensorDescriptor, values: [Int32]) {
    let type = descriptor.elementType
    precondition(values.count == descriptor.valueCount)
    precondition(values.allSatisfy { $0 >= type.minimum && $0 <= type.maximum }, "value out of range")
    // The target has room for `values.count` elements, and all are written.
    let region = unsafe ByteRegion(byteCount: values.count * type.byteCount) { target in
      for (index, value) in values.enumerated() {
        if type.byteCount == 1 {
          unsafe target[index] = UInt8(truncatingIfNeeded: value)
        } else {
          unsafe target.storeBytes(
            of: UInt16(truncatingIfNeeded: value).littleEndian, toByteOffset: 2 * index, as: UInt16.self)
        }
      }
    }
    self.init(descriptor: descriptor, region: region)
  }

  /// The element at a flat memory index, which must be one of the tensor's. Cost: one load.
  public subscript(index: Int) -> Int32 {
    let type = descriptor.elementType
    if type.byteCount == 1 {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: region.count))
      let byte = unsafe region.bytes[index]
      return type.isSigned ? Int32(Int8(bitPattern: byte)) : Int32(byte)
    }
    precondition(UInt(bitPattern: index) < UInt(bitPattern: region.count / 2))
    let word = unsafe UInt16(littleEndian: region.bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
    return type.isSigned ? Int32(Int16(bitPattern: word)) : Int32(word)
  }

  /// All elements as integers, in memory order. Cost: four bytes a value.
  public var values: [Int32] { (0..<descriptor.valueCount).map { self[$0] } }
}
