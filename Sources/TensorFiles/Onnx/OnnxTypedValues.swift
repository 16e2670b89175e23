import Networks
import Weft

/// Values in the typed fields of a TensorProto: lists of numbers, packed or one a field.
struct OnnxTypedValues {
  let file: FileBytes
  let tensor: OnnxTensor
  let type: ArrayType

  /// The values as bytes. Throws `inconsistent` when their number is wrong, `malformed` for one out of range.
  func region(byteCount: Int) throws(TensorFileError) -> ByteRegion {
    // A number takes a byte at least, so that a shape alone cannot ask for memory.
    guard byteCount / unitByteCount <= tensor.message.count else {
      throw TensorFileError(
        .inconsistent, "\(byteCount / unitByteCount) values expected in \(tensor.message.count) bytes")
    }
    var problem: TensorFileError?
    let region = try unsafe SpooledRegion.make(byteCount: byteCount) { target in
      do throws(TensorFileError) { try unsafe fill(target) } catch { problem = error }
    }
    if let problem { throw problem }
    return region
  }

  /// Bytes of one number of the list: half a complex number, a pair of 4-bit integers.
  private var unitByteCount: Int {
    type == .complex64 || type == .complex128 ? type.byteCount / 2 : type.byteCount
  }

  /// Which field has the numbers.
  private var field: Int {
    switch type {
    case .float32, .complex64: 4
    case .int64: 7
    case .float64, .complex128: 10
    case .uint32, .uint64: 11
    default: 5
    }
  }

  /// Writes every byte of the target, or throws.
  private func fill(_ target: UnsafeMutableRawBufferPointer) throws(TensorFileError) {
    var count = 0
    func store(_ bits: UInt64) throws(TensorFileError) {
      guard (count + 1) * unitByteCount <= target.count else {
        throw TensorFileError(.inconsistent, "more than \(target.count / unitByteCount) values")
      }
      try check(bits)
      // Number `count` lies inside the target, as was asked above.
      for byte in 0..<unitByteCount {
        unsafe target[count * unitByteCount + byte] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))
      }
      count += 1
    }
    var reader = WireReader(file, tensor.message)
    while let (number, value) = try reader.next() {
      guard number == field else { continue }
      switch value {
      case .varint(let bits): try store(bits)
      case .fixed32(let bits): try store(UInt64(bits))
      case .fixed64(let bits): try store(bits)
      case .bytes(let range):
        var list = WireReader(file, range)
        switch field {
        case 4: while let bits = try list.nextFixed(UInt32.self) { try store(UInt64(bits)) }
        case 10: while let bits = try list.nextFixed(UInt64.self) { try store(bits) }
        default: while let bits = try list.nextVarint() { try store(bits) }
        }
      }
    }
    guard count * unitByteCount == target.count else {
      throw TensorFileError(.inconsistent, "\(target.count / unitByteCount) values expected, \(count) found")
    }
  }

  /// Throws unless a number of the list fits the type.
  private func check(_ bits: UInt64) throws(TensorFileError) {
    let value = Int64(bitPattern: bits)
    let fits =
      switch type {
      case .int8: Int8(exactly: value) != nil
      case .int16: Int16(exactly: value) != nil
      case .int32: Int32(exactly: value) != nil
      case .int4, .uint4: Int8(exactly: value) != nil || UInt8(exactly: value) != nil
      case .uint8, .bool, .float8e4m3, .float8e5m2: UInt8(exactly: value) != nil
      case .uint16, .float16, .bfloat16: UInt16(exactly: value) != nil
      case .uint32: UInt32(exactly: bits) != nil
      default: true
      }
    guard fits else { throw TensorFileError(.malformed, "value \(value) in \(type.rawValue)") }
  }
}
