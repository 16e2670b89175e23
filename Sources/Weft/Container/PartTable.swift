/// Where the records of an entry's frames or chunks lie, in order, and the pieces of each frame: as the index holds
/// them (SPEC.md section 7.6). Large tensors have very many pieces, and an index is read and written without a look at
/// each.
///
/// As a collection, the offsets of the records from the start of the file.
public struct PartTable: RandomAccessCollection, Sendable {
  /// For each part the offset of its record from the start of the container, and behind it a word for each piece; all of
  /// them little-endian.
  private(set) var words: [UInt64]
  /// Where the container starts in the file.
  private let base: UInt64
  /// Words of each part but the last, which can have fewer pieces.
  private let stride: Int

  /// No parts yet: of a tensor or of a stored entry.
  init(isTensor: Bool) {
    words = []
    base = 0
    stride = isTensor ? 1 + LaneGeometry.piecesPerFrame : 1
  }

  /// The parts that an index says, of a container that starts at `base` of the file and has its records at `records`.
  /// Throws where an offset is none of a record; `what` names it.
  init(
    _ reader: inout ByteReader, wordCount: Int, isTensor: Bool, base: UInt64, records: Range<UInt64>,
    _ what: WeftError.Words
  ) throws(WeftError) {
    let at = reader.offset
    words = try reader.words(wordCount, what)
    self.base = base
    stride = isTensor ? 1 + LaneGeometry.piecesPerFrame : 1
    for place in Swift.stride(from: 0, to: wordCount, by: stride) {
      let offset = UInt64(littleEndian: words[place])
      guard records.contains(offset), offset % 8 == 0 else {
        throw WeftError(.fieldOutOfRange, what, offset: at + UInt64(8 * place), found: Int64(clamping: offset))
      }
    }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { (words.count + stride - 1) / stride }

  public subscript(part: Int) -> UInt64 { base + UInt64(littleEndian: words[part * stride]) }

  /// Where a piece of a tensor begins, counted through all frames.
  public subscript(piece piece: Int) -> PieceOffset {
    PieceOffset(littleEndian: words[piece + piece / LaneGeometry.piecesPerFrame + 1])
  }

  /// The words of a part's pieces.
  func pieces(ofPart part: Int) -> ArraySlice<UInt64> {
    words[part * stride + 1..<Swift.min((part + 1) * stride, words.count)]
  }

  mutating func reserve(parts: Int, pieces: Int) { words.reserveCapacity(parts + pieces) }

  /// Adds the next part, whose record lies there in the container, with its pieces' words.
  mutating func append(_ offset: UInt64, pieces: some Collection<UInt64>) {
    precondition(base == 0)
    words.append(offset.littleEndian)
    words.append(contentsOf: pieces)
  }
}
