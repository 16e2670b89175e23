/// Byte ranges of the sections in a frame's record (SPEC.md sections 5.7 and 7.4), padding left out.
public struct FrameSections: Hashable, Sendable {
  public var mask = 0..<0
  public var headers = 0..<0
  public var payload = 0..<0

  /// Bytes before the first section: record header and frame header.
  static let prefix = RecordHeader.byteCount + 16

  init() {}

  /// Places sections of these sizes one after the other.
  init(mask maskBytes: Int, headers headerBytes: Int, payload payloadBytes: Int) {
    mask = FrameSections.prefix..<FrameSections.prefix + maskBytes
    let headersStart = padded(mask.upperBound)
    headers = headersStart..<headersStart + headerBytes
    let payloadStart = padded(headers.upperBound)
    payload = payloadStart..<payloadStart + payloadBytes
  }

  /// Bytes of the record.
  var recordByteCount: Int { padded(payload.upperBound) }
}

/// The next multiple of 8.
func padded(_ byteCount: Int) -> Int { (byteCount + 7) & ~7 }

/// Where a piece begins in its frame (SPEC.md section 7.6).
public struct PieceOffset: Hashable, Sendable {
  /// First byte in the payload section.
  public var payload: UInt32
  /// Groups of the frame before the piece.
  public var groups: UInt32

  init(payload: UInt32, groups: UInt32) {
    self.payload = payload
    self.groups = groups
  }

  /// As the index holds it.
  init(littleEndian word: UInt64) {
    let word = UInt64(littleEndian: word)
    payload = UInt32(truncatingIfNeeded: word)
    groups = UInt32(truncatingIfNeeded: word >> 32)
  }

  var littleEndian: UInt64 { (UInt64(payload) | UInt64(groups) << 32).littleEndian }
}
