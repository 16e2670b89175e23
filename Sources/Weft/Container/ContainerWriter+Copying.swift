extension ContainerWriter {
  /// Copies an entry of another container, byte for byte, checksums checked.
  ///
  /// Throws what reading throws, and `duplicateName`. Cost: one pass over the entry's records; memory for one of them.
  public mutating func append<Source: ByteSource>(
    copying entry: IndexEntry, of reader: ContainerReader<Source, K>
  ) throws(WeftError) {
    let tag: RecordHeader.Tag
    switch entry.kind {
    case .tensor(let record, _):
      try begin(entry.kind, name: entry.name, .tensor, try record.encoded())
      tag = .frame
    case .stored(let record):
      try begin(entry.kind, name: entry.name, .stored, try record.encoded())
      tag = .chunk
    }
    for part in entry.parts.indices {
      do throws(WeftError) {
        try append(
          record: try reader.record(entry.range(ofPart: part), tag: tag), pieces: entry.parts.pieces(ofPart: part))
      } catch {
        throw error.placed(entry: entry.name)
      }
    }
  }
}
