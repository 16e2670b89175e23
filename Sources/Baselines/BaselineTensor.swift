import Weft

/// A tensor as the schemes see it.
///
/// Width schemes see centred values: the stored value less its zero point mod 2^width, read as two's complement if any
/// value of the tensor lies below its zero point. Byte schemes see the bytes as they are stored.
public struct BaselineTensor: Sendable {
  public let tensor: QuantizedTensor
  /// Some value lies below its zero point.
  public let isSigned: Bool
  /// Centred values in stored order.
  public let values: [Int32]

  public init(_ tensor: QuantizedTensor) {
    self.tensor = tensor
    let type = tensor.descriptor.elementType
    let zeroPoint = tensor.descriptor.zeroPoint ?? 0
    let stored = tensor.values
    let isSigned = stored.contains { $0 < zeroPoint }
    self.isSigned = isSigned
    let shift = Int32(32 - type.width)
    values = stored.map { value in
      let top = (value &- zeroPoint) &<< shift
      return isSigned ? top &>> shift : Int32(bitPattern: UInt32(bitPattern: top) &>> UInt32(shift))
    }
  }

  /// Bits of one stored value: 4, 8 or 16.
  public var containerBits: Int { tensor.descriptor.elementType.rawBitCount }

  public var valueCount: Int { values.count }

  /// Bits of a value in two's complement, or unsigned; 0 for 0.
  @inline(__always)
  func width(_ value: Int32) -> Int {
    guard value != 0 else { return 0 }
    return Int32.bitWidth - (value < 0 ? ~value : value).leadingZeroBitCount + (isSigned ? 1 : 0)
  }

  /// Calls `body` with the centred values of each group of 16, the last one maybe shorter.
  @inline(__always)
  func forEachGroup(_ body: (ArraySlice<Int32>) -> Void) {
    for first in stride(from: 0, to: values.count, by: 16) { body(values[first..<min(first + 16, values.count)]) }
  }

  /// Bits of a header that names a width of the container: 4 for 16 bits, 3 for 8, 2 for 4.
  var headerBits: Int { containerBits == 16 ? 4 : containerBits == 8 ? 3 : 2 }
}
