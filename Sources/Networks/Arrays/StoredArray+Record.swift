import Weft

extension StoredArray {
  /// Marks data that lies in Fortran order (SPEC.md section 7.5).
  static let columnMajorKey = "weft.column_major"

  /// The container record that carries this array.
  public var record: StoredRecord {
    var items = metadata
    if isColumnMajor { items.append(MetadataItem(key: StoredArray.columnMajorKey, value: [])) }
    return StoredRecord(
      name: name, typeName: type.rawValue, shape: shape, byteCount: region.count, metadata: items)
  }

  /// The array that a record and its data describe; nil for a document.
  public init?(_ record: StoredRecord, data: [UInt8]) {
    guard let type = ArrayType(rawValue: record.typeName) else { return nil }
    self.init(
      name: record.name, type: type, shape: record.shape,
      isColumnMajor: record.metadata.contains { $0.key == StoredArray.columnMajorKey },
      metadata: record.metadata.filter { $0.key != StoredArray.columnMajorKey },
      region: ByteRegion(copying: data))
  }
}
