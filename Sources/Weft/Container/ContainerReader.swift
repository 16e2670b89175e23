/// Reads a container file, or several one after the other, at random.
///
/// Opening reads the end marks and indexes and nothing else; memory is in proportion to the index. Frames are read
/// one at a time as they are asked for.
public struct ContainerReader<Source: ByteSource, K: CodecKernel>: Sendable {
  public let source: Source
  public let kernel: K
  /// All entries of the file, in order.
  public let entries: [IndexEntry]
  /// Byte ranges of the containers in the file, and where the index of each lies.
  let containers: [(range: Range<UInt64>, index: Range<UInt64>)]
  private let places: NamePlaces

  /// Containers that lie one after the other in the file.
  public var containerCount: Int { containers.count }

  /// Opens a file. Throws the rule that its ends or indexes break. Cost: reads end marks, headers and indexes.
  public init(_ source: Source, kernel: K) throws(WeftError) {
    self.source = source
    self.kernel = kernel
    var containers: [(range: Range<UInt64>, index: Range<UInt64>)] = []
    var groups: [(entries: [IndexEntry], hashes: [UInt32])] = []
    var end = source.byteCount
    // Containers are found from the last to the first.
    repeat {
      let (range, index) = try ContainerReader.locate(endingAt: end, source, kernel)
      containers.append((range, index))
      groups.append(try ContainerReader.readIndex(index, base: range.lowerBound, source, kernel))
      end = range.lowerBound
    } while end > 0
    self.containers = containers.reversed()
    // Most files are one container, whose entries need not be copied.
    entries = groups.count == 1 ? groups[0].entries : groups.reversed().flatMap { $0.entries }
    var places = NamePlaces(capacity: entries.count)
    let hashes = groups.count == 1 ? groups[0].hashes : groups.reversed().flatMap { $0.hashes }
    for place in entries.indices where !places.append(hash: hashes[place], of: entries) {
      throw WeftError(.duplicateName, "index", offset: entries[place].offset, entry: entries[place].name)
    }
    self.places = places
  }

  /// The entry of that name. Throws `noSuchEntry`.
  public func entry(named name: PlainText) throws(WeftError) -> IndexEntry {
    guard let place = places.place(of: name, in: entries) else {
      throw WeftError(.noSuchEntry, "container", entry: name)
    }
    return entries[place]
  }

  /// Reads the record in `range` and checks tag, length, padding and checksum; returns header and all bytes.
  func record(_ range: Range<UInt64>, tag: RecordHeader.Tag) throws(WeftError) -> [UInt8] {
    try ContainerReader.record(range, tag: tag, source, kernel)
  }

  /// A chunk of a stored entry, checksum checked.
  public func chunk(_ entry: IndexEntry, chunk: Int) throws(WeftError) -> [UInt8] {
    guard case .stored(let stored) = entry.kind else { preconditionFailure("not a stored entry") }
    let range = entry.range(ofPart: chunk)
    let expected = UInt64(RecordHeader.byteCount + padded(stored.chunkBytes(chunk)))
    guard UInt64(range.count) == expected else {
      throw WeftError(
        .sizeMismatch, "chunk \(chunk)", offset: range.lowerBound, entry: entry.name, expected: Int64(expected),
        found: Int64(range.count))
    }
    let record: [UInt8]
    do throws(WeftError) {
      record = try self.record(range, tag: .chunk)
    } catch {
      throw error.placed(entry: entry.name)
    }
    try ContainerReader.checkBody(of: record, is: stored.chunkBytes(chunk), "chunk \(chunk)", at: range, entry.name)
    return [UInt8](record[RecordHeader.byteCount..<RecordHeader.byteCount + stored.chunkBytes(chunk)])
  }
}

extension ContainerReader {
  /// The body length that a record states.
  static func bodyByteCount(of record: [UInt8]) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(record[8 + $1]) << UInt64(8 * $1) }
  }

  /// Checks that a record states the body length that follows from what it holds: others round up to as many bytes.
  private static func checkBody(
    of record: [UInt8], is expected: Int, _ what: WeftError.Words, at range: Range<UInt64>, _ entry: PlainText?
  ) throws(WeftError) {
    let found = bodyByteCount(of: record)
    guard found == UInt64(expected) else {
      throw WeftError(
        .sizeMismatch, what, offset: range.lowerBound + 8, entry: entry, expected: Int64(expected),
        found: Int64(clamping: found))
    }
  }

  static func record(
    _ range: Range<UInt64>, tag: RecordHeader.Tag, _ source: Source, _ kernel: K
  ) throws(WeftError) -> [UInt8] {
    let header = try header(of: range, tag: tag, source)
    let record = try source.readBytes(range)
    // Looked at while the array is held.
    try unsafe withBytes(of: record) { bytes throws(WeftError) in
      try unsafe check(bytes, header, at: range.lowerBound, kernel)
    }
    return record
  }

  /// Calls `body` with a record whose tag and length were checked, and its padding and checksum where that is asked
  /// for, and with that checksum.
  static func withRecord<Result>(
    _ range: Range<UInt64>, tag: RecordHeader.Tag, isChecked: Bool, _ source: Source, _ kernel: K,
    _ body: (UnsafeRawBufferPointer, UInt32) throws(WeftError) -> Result
  ) throws(WeftError) -> Result {
    let header = try header(of: range, tag: tag, source)
    return try unsafe source.withBytes(in: range) { bytes throws(WeftError) in
      if isChecked { try unsafe check(bytes, header, at: range.lowerBound, kernel) }
      return try unsafe body(bytes, header.checksum)
    }
  }

  /// The header of the record in `range`. It is read first, so that a wrong index does not make a frame of the rest
  /// of the file.
  private static func header(
    of range: Range<UInt64>, tag: RecordHeader.Tag, _ source: Source
  ) throws(WeftError) -> RecordHeader {
    guard range.count >= RecordHeader.byteCount else {
      throw WeftError(.truncated, "record", offset: range.lowerBound, expected: 16, found: Int64(range.count))
    }
    let head = range.lowerBound..<range.lowerBound + UInt64(RecordHeader.byteCount)
    // As many bytes as a header has.
    let header = try unsafe source.withBytes(in: head) { bytes throws(WeftError) in
      try unsafe RecordHeader(bytes, at: range.lowerBound)
    }
    guard header.tag == tag else { throw WeftError(.unexpectedRecord, "record tag", offset: range.lowerBound) }
    guard header.recordByteCount == UInt64(range.count) else {
      throw WeftError(
        .sizeMismatch, "record length", offset: range.lowerBound + 8, expected: Int64(range.count),
        found: Int64(clamping: header.recordByteCount))
    }
    return header
  }

  /// Checks the checksum and padding of a whole record, as long as its header says.
  private static func check(
    _ record: UnsafeRawBufferPointer, _ header: RecordHeader, at offset: UInt64, _ kernel: K
  ) throws(WeftError) {
    guard unsafe RecordHeader.checksum(record, kernel: kernel) == header.checksum else {
      throw WeftError(.checksumMismatch, "record", offset: offset)
    }
    // The body ends inside the record.
    for byte in RecordHeader.byteCount + Int(header.bodyByteCount)..<record.count where unsafe record[byte] != 0 {
      throw WeftError(.reservedNotZero, "padding", offset: offset + UInt64(byte))
    }
  }

  /// Finds the container that ends at `end`: its end mark and file header are read and checked.
  private static func locate(
    endingAt end: UInt64, _ source: Source, _ kernel: K
  ) throws(WeftError) -> (Range<UInt64>, Range<UInt64>) {
    let fixed = UInt64(FileHeader.byteCount + FileHeader.endByteCount)
    guard end >= fixed else {
      throw WeftError(.truncated, "container", offset: 0, expected: Int64(fixed), found: Int64(end))
    }
    // What begins like something else is not a damaged container.
    let start = try source.readBytes(0..<UInt64(FileHeader.byteCount))
    guard start.starts(with: FileHeader.magic) else { throw WeftError(.badMagic, "file header", offset: 0) }
    let endRange = end - UInt64(FileHeader.endByteCount)..<end
    let record: [UInt8]
    do throws(WeftError) {
      record = try self.record(endRange, tag: .end, source, kernel)
    } catch {
      var error = error
      if error.rule == .unknownRecord || error.rule == .unexpectedRecord { error.rule = .truncated }
      error.what = "end mark"
      throw error
    }
    try checkBody(
      of: record, is: FileHeader.endByteCount - RecordHeader.byteCount, "end mark", at: endRange, nil)
    // The body, while the array is held.
    let (length, index) = try unsafe withBytes(of: record) { bytes throws(WeftError) in
      var reader = unsafe ByteReader(
        UnsafeRawBufferPointer(rebasing: bytes[RecordHeader.byteCount...]),
        at: endRange.lowerBound + UInt64(RecordHeader.byteCount))
      return (
        try reader.integer("container length", as: UInt64.self), try reader.integer("index offset", as: UInt64.self)
      )
    }
    guard length >= fixed, length <= end, length % 8 == 0 else {
      throw WeftError(
        .fieldOutOfRange, "container length", offset: endRange.lowerBound + 16, found: Int64(clamping: length))
    }
    guard index >= UInt64(FileHeader.byteCount), index % 8 == 0,
      index <= length - UInt64(FileHeader.endByteCount + RecordHeader.byteCount)
    else {
      throw WeftError(
        .fieldOutOfRange, "index offset", offset: endRange.lowerBound + 24, found: Int64(clamping: index))
    }
    let base = end - length
    try unsafe source.withBytes(in: base..<base + UInt64(FileHeader.byteCount)) { bytes throws(WeftError) in
      try unsafe FileHeader.check(bytes, at: base, kernel: kernel)
    }
    return (base..<end, base + index..<endRange.lowerBound)
  }

  /// Reads an index where it lies, with the hash of each name; entries and their parts must follow one another without
  /// gap.
  private static func readIndex(
    _ range: Range<UInt64>, base: UInt64, _ source: Source, _ kernel: K
  ) throws(WeftError) -> (entries: [IndexEntry], hashes: [UInt32]) {
    var isSound = false
    do throws(WeftError) {
      return try unsafe withRecord(range, tag: .index, isChecked: true, source, kernel) { bytes, _ throws(WeftError) in
        isSound = true
        // The body, while the record is held.
        let header = try unsafe RecordHeader(bytes, at: range.lowerBound)
        let body = unsafe bytes[RecordHeader.byteCount...].prefix(Int(header.bodyByteCount))
        var reader = unsafe ByteReader(
          UnsafeRawBufferPointer(rebasing: body), at: range.lowerBound + UInt64(RecordHeader.byteCount))
        return try readEntries(&reader, end: range.lowerBound, base: base)
      }
    } catch {
      var error = error
      if !isSound { error.what = "index, \(error.what)" }
      throw error
    }
  }

  private static func readEntries(
    _ reader: inout ByteReader, end: UInt64, base: UInt64
  ) throws(WeftError) -> (entries: [IndexEntry], hashes: [UInt32]) {
    let at = reader.offset
    let count: UInt64 = try reader.integer("entry count")
    // An entry takes at least 48 bytes of the index.
    guard count <= UInt64(reader.remaining / 48) else {
      throw WeftError(.truncated, "entries of the index", offset: at, expected: Int64(clamping: count))
    }
    var entries: [IndexEntry] = []
    entries.reserveCapacity(Int(count))
    var hashes: [UInt32] = []
    hashes.reserveCapacity(Int(count))
    var last = base + UInt64(FileHeader.byteCount)
    for place in 0..<Int(count) {
      let entryAt = reader.offset
      // Looked at in its place: an entry is some hundred bytes.
      entries.append(try IndexEntry(&reader, base: base, limit: end - base))
      hashes.append(NamePlaces.hash(entries[place].name))
      let isFirst = place == 0
      for part in -1..<entries[place].parts.count {
        let offset = part < 0 ? entries[place].offset : entries[place].parts[part]
        // The first record starts right behind the file header; every other one behind the one before it.
        guard isFirst && part < 0 ? offset == last : offset >= last + UInt64(RecordHeader.byteCount) else {
          throw WeftError(
            .indexMismatch, "offsets of the index", offset: entryAt, entry: entries[place].name,
            expected: Int64(last), found: Int64(offset))
        }
        last = offset
      }
      if !isFirst { entries[place - 1].end = entries[place].offset }
    }
    guard reader.remaining == 0 else { throw WeftError(.trailingBytes, "index", offset: reader.offset) }
    if entries.isEmpty {
      guard end == last else { throw WeftError(.trailingBytes, "records", offset: last) }
    } else {
      entries[entries.count - 1].end = end
    }
    return (entries, hashes)
  }
}
