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
  /// Frame or chunk records, in order.
  public var parts: [UInt64]
  /// For each frame its pieces, one after the other; empty for stored entries.
  public var pieces: [PieceOffset]
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
  /// Appends the entry as the index holds it; `base` is where the container starts.
  func append(to builder: inout ByteBuilder, base: UInt64) throws(WeftError) {
    builder.append(offset - base)
    switch kind {
    case .tensor(let record, let histogram):
      let body = try record.encoded()
      builder.append(IndexEntry.tensorKind)
      builder.append(UInt32(body.count))
      builder.append(body)
      builder.pad()
      for precision in 0...16 where record.settings.table.contains(precision) {
        builder.append(UInt64(histogram[precision]))
      }
      // A frame at a time: large tensors have very many.
      var words = [17 of UInt64](repeating: 0)
      var piece = 0
      for part in parts {
        words[0] = (part - base).littleEndian
        let first = piece
        while piece < pieces.count, piece - first < LaneGeometry.piecesPerFrame {
          words[1 + piece - first] = (UInt64(pieces[piece].payload) | UInt64(pieces[piece].groups) << 32).littleEndian
          piece += 1
        }
        builder.append(littleEndian: words, count: 1 + piece - first)
      }
    case .stored(let record):
      let body = try record.encoded()
      builder.append(IndexEntry.storedKind)
      builder.append(UInt32(body.count))
      builder.append(body)
      builder.pad()
      for part in parts { builder.append(part - base) }
    }
  }

  /// Reads the next entry. `limit` is the length of the part of the container that holds records; `end` is filled
  /// in by the caller. Claims are compared with the bytes left before memory is taken.
  init(_ reader: inout ByteReader, base: UInt64, limit: UInt64) throws(WeftError) {
    func isRecord(_ offset: UInt64) -> Bool {
      offset >= UInt64(FileHeader.byteCount) && offset < limit && offset % 8 == 0
    }
    func record(_ what: WeftError.Words) throws(WeftError) -> UInt64 {
      let at = reader.offset
      let offset: UInt64 = try reader.integer(what)
      guard isRecord(offset) else {
        throw WeftError(.fieldOutOfRange, what, offset: at, found: Int64(clamping: offset))
      }
      return base + offset
    }
    offset = try record("descriptor offset")
    let kindAt = reader.offset
    let kind: UInt32 = try reader.integer("entry kind")
    let length: UInt32 = try reader.integer("descriptor length")
    let body = try reader.part(Int(length), "descriptor")
    try reader.padding("padding")
    pieces = []
    parts = []
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
      // Large tensors have very many: each frame's offset, and behind it its pieces.
      let words = try reader.part(8 * (frames + pieceCount), "frames in the index")
      let step = LaneGeometry.piecesPerFrame
      parts.reserveCapacity(frames)
      for frame in 0..<frames {
        let part = words.word((step + 1) * frame)
        guard isRecord(part) else {
          throw WeftError(
            .fieldOutOfRange, "frame offset", offset: words.offset + UInt64(8 * (step + 1) * frame),
            found: Int64(clamping: part))
        }
        parts.append(base + part)
      }
      // Each of the pieces is initialised, and no more.
      pieces = unsafe [PieceOffset](unsafeUninitializedCapacity: pieceCount) { pieces, count in
        for frame in 0..<frames {
          for piece in step * frame..<min(step * (frame + 1), pieceCount) {
            let word = words.word(piece + frame + 1)
            let offset = PieceOffset(
              payload: UInt32(truncatingIfNeeded: word), groups: UInt32(truncatingIfNeeded: word >> 32))
            unsafe pieces.initializeElement(at: piece, to: offset)
          }
        }
        count = pieceCount
      }
      self.kind = .tensor(tensor, histogram)
    case IndexEntry.storedKind:
      let stored = try StoredRecord(body)
      guard stored.chunkCount <= reader.remaining / 8 else {
        throw WeftError(
          .truncated, "chunks in the index", offset: reader.offset, entry: stored.name,
          expected: Int64(stored.chunkCount), found: Int64(reader.remaining / 8))
      }
      for _ in 0..<stored.chunkCount { parts.append(try record("chunk offset")) }
      self.kind = .stored(stored)
    default:
      throw WeftError(.fieldOutOfRange, "entry kind", offset: kindAt, found: Int64(kind))
    }
  }
}
