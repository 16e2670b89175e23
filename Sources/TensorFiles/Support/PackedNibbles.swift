import Weft

/// 4-bit integers that lie two a byte, the first in the low half: TFLite and ONNX.
enum PackedNibbles {
  /// Bytes that `valueCount` values take in a file.
  static func byteCount(_ valueCount: Int) -> Int { valueCount / 2 + valueCount % 2 }

  /// One byte a value, sign-extended when signed. `packed` has `byteCount(valueCount)` bytes.
  static func expand(
    _ packed: UnsafeRawBufferPointer, valueCount: Int, isSigned: Bool
  ) throws(TensorFileError) -> ByteRegion {
    precondition(packed.count >= byteCount(valueCount))
    return try SpooledRegion.make(byteCount: valueCount) { target in
      for index in 0..<valueCount {
        let nibble = packed[index / 2] >> (index % 2 == 0 ? 0 : 4) & 15
        target[index] = isSigned && nibble >= 8 ? nibble | 0xf0 : nibble
      }
    }
  }
}
