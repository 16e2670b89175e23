/// How a tensor lies off chip: bits of each section, before rounding to bursts.
public struct StoredForm: Hashable, Sendable {
  public var payloadBits: Int
  public var headerBits: Int
  public var maskBits: Int
  /// Offsets that find a piece without reading the rest; streams in order do not move them.
  public var indexBits: Int
  /// Ones among the bits that are moved, where they are known: IO energy follows them.
  public var oneCount: Int?

  public init(payloadBits: Int, headerBits: Int = 0, maskBits: Int = 0, indexBits: Int = 0, oneCount: Int? = nil) {
    self.payloadBits = payloadBits
    self.headerBits = headerBits
    self.maskBits = maskBits
    self.indexBits = indexBits
    self.oneCount = oneCount
  }

  /// Bits that are moved.
  public var movedBits: Int { payloadBits + headerBits + maskBits }

  /// Bytes that an on-chip memory needs.
  public var byteCount: Int { (movedBits + 7) / 8 }

  /// Bytes of each section that is there, rounded up to bursts of `burst` bytes: each lies at an address of its own.
  public func sections(burst: Int) -> [Int] {
    [payloadBits, headerBits, maskBits].filter { $0 > 0 }.map { ($0 + 8 * burst - 1) / (8 * burst) * burst }
  }

  /// Bytes moved, rounded to bursts.
  public func burstBytes(burst: Int) -> Int { sections(burst: burst).reduce(0, +) }

  /// The form of `count` tensors alike, one after the other: a batch.
  public func times(_ count: Int) -> StoredForm {
    StoredForm(
      payloadBits: payloadBits * count, headerBits: headerBits * count, maskBits: maskBits * count,
      indexBits: indexBits * count, oneCount: oneCount.map { $0 * count })
  }
}
