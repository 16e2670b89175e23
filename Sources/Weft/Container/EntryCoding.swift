/// The parts that both kinds of descriptor share: names, shapes and metadata, checked against the limits.
enum EntryCoding {
  static func check(name: PlainText, shape: [Int], metadata: [MetadataItem]) throws(WeftError) {
    guard (1...FormatLimits.name).contains(name.utf8.count) else {
      throw WeftError(.limitExceeded, "name", entry: name, found: Int64(name.utf8.count))
    }
    guard shape.count <= FormatLimits.rank else {
      throw WeftError(.limitExceeded, "rank", entry: name, expected: 8, found: Int64(shape.count))
    }
    guard FormatLimits.valueCount(shape) != nil else {
      throw WeftError(.limitExceeded, "values", entry: name)
    }
    guard metadata.allSatisfy({ $0.key.utf8.count <= 0xFFFF }), byteCount(metadata) <= FormatLimits.metadata else {
      throw WeftError(.limitExceeded, "metadata", entry: name)
    }
  }

  static func byteCount(_ metadata: [MetadataItem]) -> Int {
    metadata.reduce(0) { $0 + 6 + $1.key.utf8.count + $1.value.count }
  }

  static func append(_ metadata: [MetadataItem], to builder: inout ByteBuilder) {
    for item in metadata {
      builder.append(UInt16(item.key.utf8.count))
      builder.append(UInt32(item.value.count))
      builder.append(item.key)
      builder.append(item.value)
    }
  }

  static func readShape(rank: Int, _ reader: inout ByteReader) throws(WeftError) -> [Int] {
    let at = reader.offset
    guard rank <= FormatLimits.rank else { throw WeftError(.limitExceeded, "rank", offset: at, found: Int64(rank)) }
    var shape: [Int] = []
    shape.reserveCapacity(rank)
    for _ in 0..<rank {
      let extent: UInt64 = try reader.integer("extent")
      shape.append(Int(clamping: extent))
    }
    guard FormatLimits.valueCount(shape) != nil else { throw WeftError(.limitExceeded, "extents", offset: at) }
    return shape
  }

  static func readName(_ count: Int, _ reader: inout ByteReader) throws(WeftError) -> PlainText {
    guard (1...FormatLimits.name).contains(count) else {
      throw WeftError(.limitExceeded, "name", offset: reader.offset, found: Int64(count))
    }
    return try reader.text(count, "name")
  }

  static func readMetadata(_ count: UInt32, _ reader: inout ByteReader) throws(WeftError) -> [MetadataItem] {
    guard count <= FormatLimits.metadata else {
      throw WeftError(.limitExceeded, "metadata", offset: reader.offset, found: Int64(count))
    }
    var items = try reader.part(Int(count), "metadata")
    var metadata: [MetadataItem] = []
    while items.remaining > 0 {
      let keyBytes: UInt16 = try items.integer("metadata key length")
      let valueBytes: UInt32 = try items.integer("metadata value length")
      let key = try items.text(Int(keyBytes), "metadata key")
      metadata.append(MetadataItem(key: key, value: try items.array(Int(valueBytes), "metadata value")))
    }
    return metadata
  }
}
