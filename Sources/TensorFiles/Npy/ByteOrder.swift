import Weft

/// Reverses the bytes of every word of a region.
public enum ByteOrder {
  /// A copy of `region` with each word of `wordByteCount` bytes reversed; the region holds whole words.
  public static func swapped(_ region: ByteRegion, wordByteCount: Int) -> ByteRegion {
    precondition(wordByteCount >= 1 && region.count % wordByteCount == 0)
    let source = region.bytes
    return ByteRegion(byteCount: region.count) { target in
      var word = 0
      while word < source.count {
        for byte in 0..<wordByteCount { target[word + byte] = source[word + wordByteCount - 1 - byte] }
        word += wordByteCount
      }
    }
  }
}
