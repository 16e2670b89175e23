/// An index as it is being written: long tables of frames stay where they are, all else is put together around them.
struct IndexRecord {
  /// Begins with the record's header.
  private var bytes = ByteBuilder(byteCount: 4096)
  /// Long tables, and how many of the bytes come before each.
  private var tables: [(place: Int, words: [UInt64])] = []

  /// Shorter tables are cheaper to copy than to write by themselves.
  private static let longWordCount = 1024

  /// The record of an index with these entries.
  init(_ entries: [IndexEntry], kernel: some CodecKernel) throws(WeftError) {
    // Room for the header.
    bytes.append(UInt64(0))
    bytes.append(UInt64(0))
    bytes.append(UInt64(entries.count))
    for entry in entries {
      try entry.appendHead(to: &bytes)
      let words = entry.parts.words
      if words.count < IndexRecord.longWordCount {
        bytes.append(littleEndian: words)
      } else {
        tables.append((bytes.bytes.count, words))
      }
    }
    // All fields of an index come in eights of bytes.
    bytes.store(RecordHeader.Tag.index.rawValue, at: 0)
    bytes.store(UInt64(byteCount - RecordHeader.byteCount), at: 8)
    var checksum: UInt32 = 0
    var isFirst = true
    try unsafe forEachRun { run throws(WeftError) in
      // The first run has the header.
      checksum =
        unsafe isFirst
        ? RecordHeader.checksum(run, kernel: kernel) : kernel.crc32c(run, continuing: checksum)
      isFirst = false
    }
    bytes.store(checksum, at: 4)
  }

  var byteCount: Int { tables.reduce(bytes.bytes.count) { $0 + 8 * $1.words.count } }

  /// Calls `body` with the bytes of the record, one run after the other.
  func forEachRun(_ body: (UnsafeRawBufferPointer) throws(WeftError) -> Void) throws(WeftError) {
    // Each run lies in its array, which is held during the call.
    try unsafe withBytes(of: bytes.bytes) { bytes throws(WeftError) in
      var start = 0
      for (place, words) in tables {
        try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[start..<place]))
        try unsafe withBytes(of: words) { words throws(WeftError) in try unsafe body(words) }
        start = place
      }
      if start < bytes.count { try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[start...])) }
    }
  }
}
