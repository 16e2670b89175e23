/// Neighbouring lanes of one segment as the array reads them: one bit string a plane.
public struct PlaneRun {
  /// The segment the lanes belong to.
  public let segment: Segment
  /// The lanes, counted from the segment's first.
  public let lanes: Range<Int>
  /// Plane 0's bit string: the first lane is bit 0 of the first byte. The next plane's lies `planeStride` bytes on.
  /// Lanes read as two's complement are continued with their sign up to `planeCount` planes.
  public let planes: UnsafeRawPointer
  public let planeStride: Int
  public let planeCount: Int
}

extension FrameDecoder {
  /// Bytes from one plane of a run to the next: a piece and the rest of its last group.
  static var runPlaneStride: Int { (LaneGeometry.pieceLanes + 256) / 8 }

  /// Hands out a frame's rows as planes, run after run in lane order; nothing is transposed back.
  ///
  /// - Parameters:
  ///   - frame: the number of the frame.
  ///   - record: its `WFRM` record, whose checksum the caller has checked.
  ///   - offset: where the record lies in the file, for errors.
  ///   - planeCount: planes to make, at least the largest stored precision.
  /// - Throws: the rule of SPEC.md that the frame breaks; `indexMismatch` where a group stores more planes than
  ///   `planeCount`.
  ///
  /// Cost: a word a plane and group. The tensor must not be compacted.
  public func forEachPlaneRun(
    frame: Int, record: UnsafeRawBufferPointer, at offset: UInt64, planeCount: Int, scratch: FrameScratch,
    _ body: (PlaneRun) -> Void
  ) throws(WeftError) {
    precondition(!settings.isCompacted)
    let view = try FrameView(record, frame: frame, decoder: self, scratch: scratch, at: offset)
    if settings.table.largest > planeCount {
      for group in 0..<view.groupCount where Int(coding.precisions[Int(view.indices[group])]) > planeCount {
        throw WeftError(
          .indexMismatch, "precision of frame \(frame)", offset: offset, entry: descriptor.name,
          expected: Int64(planeCount), found: Int64(coding.precisions[Int(view.indices[group])]))
      }
    }
    guard planeCount > 0 else { return }
    let stride = FrameDecoder.runPlaneStride
    withUnsafeTemporaryAllocation(byteCount: stride * planeCount, alignment: 64) { memory in
      let planes = memory.baseAddress!
      var cursor = FrameCursor()
      for piece in geometry.pieces(ofFrame: frame) {
        geometry.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece)) { segment, lanes in
          var place = 0
          for first in Swift.stride(from: lanes.lowerBound, to: lanes.upperBound, by: segment.blockLanes) {
            let count = min(segment.blockLanes, lanes.upperBound - first)
            let groups = settings.groupSize.groupCount(lanes: count)
            expandBlock(view, &cursor, groups: groups, to: planes + place, stride, planeCount)
            place += groups * settings.groupSize.wordByteCount
          }
          body(
            PlaneRun(segment: segment, lanes: lanes, planes: planes, planeStride: stride, planeCount: planeCount))
        }
      }
    }
  }

  /// Lays the words of one block's rows side by side, plane by plane.
  @inline(__always)
  private func expandBlock(
    _ view: FrameView, _ cursor: inout FrameCursor, groups: Int, to target: UnsafeMutableRawPointer, _ stride: Int,
    _ planeCount: Int
  ) {
    let indices = view.indices + cursor.group
    let payload = view.payload(from: cursor.payload)
    let used =
      switch settings.groupSize {
      case .lanes8: expand(UInt8.self, indices, groups, payload, target, stride, planeCount)
      case .lanes16: expand(UInt16.self, indices, groups, payload, target, stride, planeCount)
      case .lanes32: expand(UInt32.self, indices, groups, payload, target, stride, planeCount)
      case .lanes64: expand(UInt64.self, indices, groups, payload, target, stride, planeCount)
      case .lanes128: expand(UInt128.self, indices, groups, payload, target, stride, planeCount)
      case .lanes256: expandWide(indices, groups, payload, target, stride, planeCount)
      }
    cursor.group += groups
    cursor.payload += used
  }

  /// Words that fit an integer. Returns the bytes of rows that were used.
  @inline(__always)
  private func expand<Word: FixedWidthInteger & BitwiseCopyable>(
    _: Word.Type, _ indices: UnsafePointer<UInt8>, _ groups: Int, _ payload: UnsafeRawBufferPointer,
    _ target: UnsafeMutableRawPointer, _ stride: Int, _ planeCount: Int
  ) -> Int {
    let word = MemoryLayout<Word>.size
    guard let rows = payload.baseAddress else {
      for plane in 0..<planeCount {
        (target + plane * stride).initializeMemory(as: UInt8.self, repeating: 0, count: groups * word)
      }
      return 0
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { stored in
      let stored = stored.baseAddress!
      for group in 0..<groups { stored[group] = coding.precisions[Int(indices[group])] }
      var source = rows
      let end = rows + payload.count
      for plane in 0..<planeCount {
        let line = target + plane &* stride
        let continues = settings.isSigned && plane > 0
        let above = continues ? line - stride : line
        let sign: Word = continues ? ~0 : 0
        if end - source > groups &* word {
          // Whether a group has the plane is as good as random: read a word either way, and choose without a branch.
          for group in 0..<groups {
            let at = group &* word
            let isStored = Int(stored[group]) > plane
            let kept: Word = isStored ? ~0 : 0
            let row = source.loadUnaligned(as: Word.self)
            let other = continues ? (above + at).loadUnaligned(as: Word.self) : 0
            (line + at).storeBytes(of: row & kept | other & sign & ~kept, as: Word.self)
            source += isStored ? word : 0
          }
        } else {
          for group in 0..<groups {
            let at = group &* word
            if Int(stored[group]) > plane {
              (line + at).storeBytes(of: source.loadUnaligned(as: Word.self), as: Word.self)
              source += word
            } else {
              (line + at).storeBytes(
                of: continues ? (above + at).loadUnaligned(as: Word.self) : 0, as: Word.self)
            }
          }
        }
      }
      return source - rows
    }
  }

  private func expandWide(
    _ indices: UnsafePointer<UInt8>, _ groups: Int, _ payload: UnsafeRawBufferPointer,
    _ target: UnsafeMutableRawPointer, _ stride: Int, _ planeCount: Int
  ) -> Int {
    var used = 0
    for plane in 0..<planeCount {
      let line = target + plane * stride
      for group in 0..<groups {
        let at = line + 32 * group
        if Int(coding.precisions[Int(indices[group])]) > plane {
          at.copyMemory(from: payload.baseAddress! + used, byteCount: 32)
          used += 32
        } else if settings.isSigned, plane > 0 {
          at.copyMemory(from: at - stride, byteCount: 32)
        } else {
          at.initializeMemory(as: UInt8.self, repeating: 0, count: 32)
        }
      }
    }
    return used
  }
}
