import Weft

/// 4-bit integers that lie two a byte, the first in the low half: TFLite and ONNX.
enum PackedNibbles {
  /// Bytes that `valueCount` values take in a file.
  static func byteCount(_ valueCount: Int) -> Int { valueCount / 2 + valueCount % 2 }

  /// One byte a value, sign-extended when signed. `packed` has `byteCount(valueCount)` bytes.
  static func expand(
    _ packed: FileBytes, valueCount: Int, isSigned: Bool
  ) throws(TensorFileError) -> ByteRegion {
    precondition(packed.count >= byteCount(valueCount))
    // The target has `valueCount` bytes, and each is written; `packed` checks for itself.
    return try unsafe SpooledRegion.make(byteCount: valueCount) { target in
      for index in 0..<valueCount {
        let nibble = packed[index / 2] >> (index % 2 == 0 ? 0 : 4) & 15
        unsafe target[index] = isSigned && nibble >= 8 ? nibble | 0xf0 : nibble
      }
    }
  }
}
