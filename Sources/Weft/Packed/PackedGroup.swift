/// One group of a packed tensor with everything that is stored of it.
public struct PackedGroup: Hashable, Sendable {
  /// One plane's word.
  public struct Word: Hashable, Sendable {
    public var plane: Int
    /// Where it lies in the file.
    public var offset: UInt64
    /// Lane 0 is bit 0 of the first byte.
    public var bytes: [UInt8]
  }

  /// Number of the group in the tensor, and of the frame that holds it.
  public var group: Int
  public var frame: Int
  /// Number of the group in its frame and in its block, and how many groups the block has.
  public var groupInFrame: Int
  public var groupInBlock: Int
  public var groupsInBlock: Int
  /// Header: index into the table, and the precision stored.
  public var headerIndex: Int
  public var precision: Int
  /// Where the header's first bit lies: byte in the file and bit of that byte.
  public var headerOffset: UInt64
  public var headerBit: Int
  public var words: [Word]
  /// Packed values of the lanes, absent ones 0; then the elements that they stand for.
  public var packedValues: [Int32]
  public var elements: [Int32]
}

extension FrameDecoder {
  /// The group of a frame; `offset` is where the record lies in the file. Throws the rule that the frame breaks.
  func group(
    _ number: Int, ofFrame frame: Int, record: UnsafeRawBufferPointer, at offset: UInt64, scratch: FrameScratch
  ) throws(WeftError) -> PackedGroup {
    // The caller holds record and scratch; the view has held mask, headers and rows against the record, and they are
    // taken in order.
    let view = try unsafe view(of: record, frame: frame, scratch: scratch, at: offset)
    precondition(number >= 0 && number < view.groupCount)
    let size = settings.groupSize
    var found: PackedGroup?
    var cursor = FrameCursor()
    for piece in geometry.pieces(ofFrame: frame) {
      geometry.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece)) { segment, lanes in
        let mask = unsafe view.sections.mask.isEmpty ? nil : view.mask + cursor.maskByte
        let kept =
          unsafe mask.map { unsafe kernel.countBits(UnsafeRawBufferPointer(start: $0, count: (lanes.count + 7) / 8)) }
          ?? lanes.count
        for first in stride(from: 0, to: kept, by: segment.blockLanes) {
          let groups = size.groupCount(lanes: min(segment.blockLanes, kept - first))
          if number >= cursor.group, number < cursor.group + groups {
            found = describe(number, frame: frame, view, cursor, groups: groups, at: offset)
          }
          cursor.payload += view.payloadBytes(groups: cursor.group..<cursor.group + groups, coding, kernel: kernel)
          cursor.group += groups
        }
        if unsafe mask != nil { cursor.maskByte += (lanes.count + 7) / 8 }
      }
    }
    guard let found else { preconditionFailure("every group lies in a piece") }
    return found
  }

  private func describe(
    _ number: Int, frame: Int, _ view: FrameView, _ cursor: FrameCursor, groups: Int, at offset: UInt64
  ) -> PackedGroup {
    let word = settings.groupSize.wordByteCount
    let stored = (0..<groups).map { unsafe Int(coding.precisions[Int(view.indices[cursor.group + $0])]) }
    let place = number - cursor.group
    var words: [PackedGroup.Word] = []
    var row = view.sections.payload.lowerBound + cursor.payload
    for plane in 0..<stored[place] {
      let before = stored[..<place].count { $0 > plane }
      let start = row + before * word
      unsafe words.append(
        PackedGroup.Word(
          plane: plane, offset: offset + UInt64(start), bytes: Array(view.record[start..<start + word])))
      row += stored.count { $0 > plane } * word
    }
    let values = (0..<settings.groupSize.laneCount).map { lane in
      var value: Int32 = 0
      for word in words { value |= Int32(word.bytes[lane / 8] >> UInt8(lane % 8) & 1) << Int32(word.plane) }
      let isNegative = settings.isSigned && stored[place] > 0 && value >> Int32(stored[place] - 1) & 1 != 0
      return isNegative ? value - 1 << Int32(stored[place]) : value
    }
    let bits = settings.table.headerBitCount
    return unsafe PackedGroup(
      group: number, frame: frame, groupInFrame: number, groupInBlock: place, groupsInBlock: groups,
      headerIndex: Int(view.indices[number]), precision: stored[place],
      headerOffset: offset + UInt64(view.sections.headers.lowerBound + number * bits / 8),
      headerBit: number * bits % 8, words: words, packedValues: values, elements: values.map { element(of: $0) })
  }

  /// The element that a packed value stands for: the rebase constant added back in the element's width.
  private func element(of packed: Int32) -> Int32 {
    let type = descriptor.elementType
    let bits = UInt32(bitPattern: packed &+ settings.rebase) & (1 << UInt32(type.width) - 1)
    let isNegative = type.isSigned && bits >> UInt32(type.width - 1) != 0
    return isNegative ? Int32(bits) - 1 << Int32(type.width) : Int32(bits)
  }
}

extension TensorReader {
  /// One group, found by its number in the tensor; with zero compaction groups count what is left of each piece. Throws
  /// `fieldOutOfRange` when there are fewer. Cost: reads the group's frame; with zero compaction all frames up to it.
  public func group(_ number: Int) throws(WeftError) -> PackedGroup {
    let count = summary.histogram.groupCount
    guard number >= 0, number < count else {
      throw WeftError(
        .fieldOutOfRange, "group, of \(count)", entry: entry.name, expected: Int64(count - 1), found: Int64(number))
    }
    let scratch = decoder.makeScratch()
    var first = 0
    for frame in 0..<frameCount {
      if !settings.isCompacted, case let groups = decoder.geometry.groupCount(frame: frame), number >= first + groups {
        first += groups
        continue
      }
      let record = try record(ofFrame: frame)
      let offset = entry.range(ofPart: frame).lowerBound
      // The whole record, here and below, read during the call.
      let groups = try unsafe withBytes(of: record) { bytes throws(WeftError) in
        try unsafe decoder.view(of: bytes, frame: frame, scratch: scratch, at: offset).groupCount
      }
      if number < first + groups {
        var found = try unsafe withBytes(of: record) { bytes throws(WeftError) in
          try unsafe decoder.group(number - first, ofFrame: frame, record: bytes, at: offset, scratch: scratch)
        }
        found.group = number
        return found
      }
      first += groups
    }
    throw WeftError(.indexMismatch, "group counts", offset: entry.offset, entry: entry.name)
  }
}
