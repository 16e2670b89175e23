/// What the index says of one entry (SPEC.md section 7.6). Offsets count from the start of the file.
public struct IndexEntry: Sendable {
  /// Behind a reference: what the two kinds hold is large, and an index is handed around whole.
  public indirect enum Kind: Sendable {
    case tensor(TensorRecord, PrecisionHistogram)
    case stored(StoredRecord)
  }

  public var kind: Kind
  /// Descriptor record.
  public var offset: UInt64
  /// Frame or chunk records, in order, and the pieces of frames.
  public internal(set) var parts: PartTable
  /// First byte after the entry's last record.
  public var end: UInt64

  /// The entry's name, unique in a file.
  public var name: PlainText {
    switch kind {
    case .tensor(let record, _): record.descriptor.name
    case .stored(let record): record.name
    }
  }

  /// Exact sizes of a tensor; nil for a stored entry.
  public var summary: TensorSummary? {
    guard case .tensor(let record, let histogram) = kind else { return nil }
    return TensorSummary(record.descriptor, settings: record.settings, histogram: histogram)
  }

  /// Byte range of a frame's or chunk's record: records lie one after the other.
  public func range(ofPart part: Int) -> Range<UInt64> {
    parts[part]..<(part + 1 < parts.count ? parts[part + 1] : end)
  }

  /// Byte range of the descriptor record.
  var descriptorRange: Range<UInt64> { offset..<(parts.first ?? end) }

  static let tensorKind: UInt32 = 1
  static let storedKind: UInt32 = 2
}

extension IndexEntry {
  /// An entry that begins at `offset` and has no parts yet.
  init(kind: Kind, offset: UInt64) {
    self.kind = kind
    self.offset = offset
    switch kind {
    case .tensor: parts = PartTable(isTensor: true)
    case .stored: parts = PartTable(isTensor: false)
    }
    end = 0
  }

  /// Appends what the index holds of the entry before its parts' words, of a container at the start of its file.
  func appendHead(to builder: inout ByteBuilder) throws(WeftError) {
    func append(_ kind: UInt32, _ body: [UInt8]) {
      builder.append(offset)
      builder.append(kind)
      builder.append(UInt32(body.count))
      builder.append(body)
      builder.pad()
    }
    switch kind {
    case .tensor(let record, let histogram):
      append(IndexEntry.tensorKind, try record.encoded())
      for precision in 0...16 where record.settings.table.contains(precision) {
        builder.append(UInt64(histogram[precision]))
      }
    case .stored(let record):
      append(IndexEntry.storedKind, try record.encoded())
    }
  }

  /// Reads the next entry. `limit` is the length of the part of the container that holds records; `end` is filled
  /// in by the caller. Claims are compared with the bytes left before memory is taken.
  init(_ reader: inout ByteReader, base: UInt64, limit: UInt64) throws(WeftError) {
    let records = UInt64(FileHeader.byteCount)..<max(UInt64(FileHeader.byteCount), limit)
    let at = reader.offset
    let offset: UInt64 = try reader.integer("descriptor offset")
    guard records.contains(offset), offset % 8 == 0 else {
      throw WeftError(.fieldOutOfRange, "descriptor offset", offset: at, found: Int64(clamping: offset))
    }
    self.offset = base + offset
    let kindAt = reader.offset
    let kind: UInt32 = try reader.integer("entry kind")
    let length: UInt32 = try reader.integer("descriptor length")
    let body = try reader.part(Int(length), "descriptor")
    try reader.padding("padding")
    end = 0
    switch kind {
    case IndexEntry.tensorKind:
      let (tensor, geometry) = try TensorRecord.read(body)
      var histogram = PrecisionHistogram()
      for precision in 0...16 where tensor.settings.table.contains(precision) {
        let at = reader.offset
        let groups: UInt64 = try reader.integer("group count")
        guard groups <= UInt64(geometry.groupBound(blocks: geometry.blockCount)) else {
          throw WeftError(.fieldOutOfRange, "group count", offset: at, entry: tensor.descriptor.name)
        }
        histogram[precision] = Int(groups)
      }
      let (frames, pieceCount) = (geometry.frameCount, geometry.pieceCount)
      let room = reader.remaining / 8
      guard frames <= room / 2, pieceCount <= room, frames + pieceCount <= room else {
        throw WeftError(
          .truncated, "frames in the index", offset: reader.offset, entry: tensor.descriptor.name,
          expected: Int64(frames), found: Int64(reader.remaining / 16))
      }
      parts = try PartTable(
        &reader, wordCount: frames + pieceCount, isTensor: true, base: base, records: records, "frame offset")
      self.kind = .tensor(tensor, histogram)
    case IndexEntry.storedKind:
      let stored = try StoredRecord(body)
      guard stored.chunkCount <= reader.remaining / 8 else {
        throw WeftError(
          .truncated, "chunks in the index", offset: reader.offset, entry: stored.name,
          expected: Int64(stored.chunkCount), found: Int64(reader.remaining / 8))
      }
      parts = try PartTable(
        &reader, wordCount: stored.chunkCount, isTensor: false, base: base, records: records, "chunk offset")
      self.kind = .stored(stored)
    default:
      throw WeftError(.fieldOutOfRange, "entry kind", offset: kindAt, found: Int64(kind))
    }
  }
}
