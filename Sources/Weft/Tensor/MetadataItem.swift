/// One key and value that travel with a tensor or a stored entry; the value is any bytes.
public struct MetadataItem: Hashable, Sendable {
  public var key: PlainText
  public var value: [UInt8]

  public init(key: PlainText, value: [UInt8]) {
    self.key = key
    self.value = value
  }
}
