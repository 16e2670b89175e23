/// An array or document that travels as it is, as the `WSTO` record describes it (SPEC.md section 7.5).
public struct StoredRecord: Hashable, Sendable {
  public var name: PlainText
  /// `int32`, `float32`, ...; free names for documents.
  public var typeName: PlainText
  public var shape: [Int]
  public var byteCount: Int
  public var metadata: [MetadataItem]

  public init(name: PlainText, typeName: PlainText, shape: [Int], byteCount: Int, metadata: [MetadataItem] = []) {
    self.name = name
    self.typeName = typeName
    self.shape = shape
    self.byteCount = byteCount
    self.metadata = metadata
  }

  /// Bytes of one element for the type names that the format knows; nil for others.
  public static func elementByteCount(_ typeName: PlainText) -> Int? {
    switch typeName {
    case "bool", "int8", "uint8": 1
    case "int16", "uint16", "float16", "bfloat16": 2
    case "int32", "uint32", "float32": 4
    case "int64", "uint64", "float64", "complex64": 8
    case "complex128": 16
    default: nil
    }
  }

  /// Number of chunk records.
  var chunkCount: Int { (byteCount + FormatLimits.chunk - 1) / FormatLimits.chunk }

  /// Bytes of a chunk.
  func chunkBytes(_ chunk: Int) -> Int { min(FormatLimits.chunk, byteCount - chunk * FormatLimits.chunk) }

  private func check(at offset: UInt64?) throws(WeftError) {
    guard byteCount >= 0, byteCount <= FormatLimits.values else {
      throw WeftError(.limitExceeded, "stored bytes", offset: offset, entry: name)
    }
    if let size = StoredRecord.elementByteCount(typeName) {
      let values = FormatLimits.valueCount(shape) ?? 0
      guard values * size == byteCount else {
        throw WeftError(
          .sizeMismatch, "stored bytes", offset: offset, entry: name, expected: Int64(values * size),
          found: Int64(byteCount))
      }
    }
  }

  /// The record's body. Throws when a limit is exceeded or the size does not follow from type and shape.
  func encoded() throws(WeftError) -> [UInt8] {
    try EntryCoding.check(name: name, shape: shape, metadata: metadata)
    guard (1...32).contains(typeName.utf8.count), typeName.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw WeftError(.limitExceeded, "type name", entry: name)
    }
    try check(at: nil)
    var body = ByteBuilder()
    body.append(UInt16(name.utf8.count))
    body.append(UInt8(shape.count))
    body.append(UInt8(typeName.utf8.count))
    body.append(UInt32(EntryCoding.byteCount(metadata)))
    body.append(UInt64(byteCount))
    for extent in shape { body.append(UInt64(extent)) }
    body.append(typeName)
    body.append(name)
    EntryCoding.append(metadata, to: &body)
    return body.bytes
  }

  /// Reads a body, which ends where the reader does; every field is checked.
  init(_ body: ByteReader) throws(WeftError) {
    var reader = body
    let offset = body.offset
    let nameBytes: UInt16 = try reader.integer("name length")
    let rank: UInt8 = try reader.integer("rank")
    let typeBytes: UInt8 = try reader.integer("type name length")
    let metadataBytes: UInt32 = try reader.integer("metadata length")
    let byteCount: UInt64 = try reader.integer("stored bytes")
    guard byteCount <= UInt64(FormatLimits.values) else {
      throw WeftError(.limitExceeded, "stored bytes", offset: offset + 8)
    }
    guard (1...32).contains(typeBytes) else {
      throw WeftError(.fieldOutOfRange, "type name length", offset: offset + 3, found: Int64(typeBytes))
    }
    shape = try EntryCoding.readShape(rank: Int(rank), &reader)
    let at = reader.offset
    typeName = try reader.text(Int(typeBytes), "type name")
    guard typeName.utf8.allSatisfy({ $0 < 0x80 }) else { throw WeftError(.invalidText, "type name", offset: at) }
    name = try EntryCoding.readName(Int(nameBytes), &reader)
    metadata = try EntryCoding.readMetadata(metadataBytes, &reader)
    self.byteCount = Int(byteCount)
    guard reader.remaining == 0 else { throw WeftError(.trailingBytes, "descriptor", offset: reader.offset) }
    try check(at: offset + 8)
  }
}
