extension ContainerReader {
  /// Bytes of the file. The range lies in it.
  func bytes(_ range: Range<UInt64>) throws(WeftError) -> [UInt8] { try source.readBytes(range) }

  /// Checks that a descriptor record says what the index repeats.
  func checkDescriptor(_ record: [UInt8], _ entry: IndexEntry) throws(WeftError) {
    let expected: [UInt8]
    switch entry.kind {
    case .tensor(let tensor, _): expected = try tensor.encoded()
    case .stored(let stored): expected = try stored.encoded()
    }
    guard record.dropFirst(RecordHeader.byteCount).prefix(expected.count).elementsEqual(expected),
      record.count == RecordHeader.byteCount + padded(expected.count)
    else { throw WeftError(.indexMismatch, "descriptor", offset: entry.offset, entry: entry.name) }
  }

  /// Checks a stored entry completely. Cost: reads it chunk by chunk.
  public func verify(stored entry: IndexEntry) throws(WeftError) {
    try checkDescriptor(try record(entry.descriptorRange, tag: .stored), entry)
    for part in entry.parts.indices { _ = try chunk(entry, chunk: part) }
  }

  /// Checks a tensor completely, one frame after the other. Cost: reads it once.
  public func verify(tensor entry: IndexEntry) throws(WeftError) {
    let reader = try TensorReader(self, entry)
    let scratch = reader.decoder.makeScratch()
    var histogram = PrecisionHistogram()
    var hasNegative = false
    for frame in 0..<reader.frameCount {
      let findings = try reader.verify(frame: frame, scratch: scratch)
      histogram.add(findings.histogram)
      hasNegative = hasNegative || findings.hasNegative
    }
    try reader.verify(histogram: histogram, hasNegative: hasNegative)
  }

  /// Checks everything: after it no byte of the file is unaccounted for. Cost: reads the file once.
  public func verify() throws(WeftError) {
    for entry in entries {
      switch entry.kind {
      case .tensor: try verify(tensor: entry)
      case .stored: try verify(stored: entry)
      }
    }
  }

  /// All data of a stored entry.
  public func data(of entry: IndexEntry) throws(WeftError) -> [UInt8] {
    var data: [UInt8] = []
    for part in entry.parts.indices { data += try chunk(entry, chunk: part) }
    return data
  }
}
