import Weft

/// Reverses the bytes of every word of a region.
public enum ByteOrder {
  /// A copy of `region` with each word of `wordByteCount` bytes reversed; the region holds whole words.
  public static func swapped(_ region: ByteRegion, wordByteCount: Int) -> ByteRegion {
    precondition(wordByteCount >= 1 && region.count % wordByteCount == 0)
    // Both have `region.count` bytes, whole words; every byte of the target is written.
    return unsafe ByteRegion(byteCount: region.count) { target in
      let source = unsafe region.bytes
      var word = 0
      while word < region.count {
        for byte in 0..<wordByteCount { unsafe target[word + byte] = source[word + wordByteCount - 1 - byte] }
        word += wordByteCount
      }
    }
  }
}
