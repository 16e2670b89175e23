/// Neighbouring lanes of one segment as the array reads them: one bit string a plane.
///
/// The planes are valid for the call that hands the run out.
@safe
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
  ///   - scratch: working memory of this decoder's making.
  ///   - body: gets each run; its planes are valid for that call.
  /// - Throws: the rule of SPEC.md that the frame breaks; `indexMismatch` where a group stores more planes than
  ///   `planeCount`.
  ///
  /// Cost: a word a plane and group. The tensor must not be compacted.
  public func forEachPlaneRun(
    frame: Int, record: UnsafeRawBufferPointer, at offset: UInt64, planeCount: Int, scratch: FrameScratch,
    _ body: (PlaneRun) -> Void
  ) throws(WeftError) {
    precondition(!settings.isCompacted)
    // The view has held sections and headers against the record, and its groups are counted from 0.
    let view = try unsafe view(of: record, frame: frame, scratch: scratch, at: offset)
    if settings.table.largest > planeCount {
      for group in 0..<view.groupCount where unsafe Int(coding.precisions[Int(view.indices[group])]) > planeCount {
        throw WeftError(
          .indexMismatch, "precision of frame \(frame)", offset: offset, entry: descriptor.name,
          expected: Int64(planeCount), found: unsafe Int64(coding.precisions[Int(view.indices[group])]))
      }
    }
    guard planeCount > 0 else { return }
    let stride = FrameDecoder.runPlaneStride
    // Room for `planeCount` planes of a piece and the rest of its last group; a part is no longer than a piece.
    unsafe withUnsafeTemporaryAllocation(byteCount: stride * planeCount, alignment: 64) { memory in
      let planes = memory.baseAddress!
      var cursor = FrameCursor()
      for piece in geometry.pieces(ofFrame: frame) {
        geometry.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece)) { segment, lanes in
          var place = 0
          for first in Swift.stride(from: lanes.lowerBound, to: lanes.upperBound, by: segment.blockLanes) {
            let count = min(segment.blockLanes, lanes.upperBound - first)
            let groups = settings.groupSize.groupCount(lanes: count)
            unsafe expandBlock(view, &cursor, groups: groups, to: planes + place, stride, planeCount)
            place += groups * settings.groupSize.wordByteCount
          }
          unsafe body(
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
    let indices = unsafe view.indices + cursor.group
    let payload = unsafe view.payload(from: cursor.payload)
    let used =
      switch settings.groupSize {
      case .lanes8: unsafe expand(UInt8.self, indices, groups, payload, target, stride, planeCount)
      case .lanes16: unsafe expand(UInt16.self, indices, groups, payload, target, stride, planeCount)
      case .lanes32: unsafe expand(UInt32.self, indices, groups, payload, target, stride, planeCount)
      case .lanes64: unsafe expand(UInt64.self, indices, groups, payload, target, stride, planeCount)
      case .lanes128: unsafe expand(UInt128.self, indices, groups, payload, target, stride, planeCount)
      case .lanes256: unsafe expandWide(indices, groups, payload, target, stride, planeCount)
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
    // In bounds: the payload begins with the rows of these groups, a word for each plane of each, as the view has
    // checked; `target` has a line of `groups` words for each plane, and blocks have at most 256 groups. Where a word
    // is read whether or not it is there, more are left than the plane can have.
    let word = MemoryLayout<Word>.size
    guard let rows = payload.baseAddress else {
      for plane in 0..<planeCount {
        unsafe (target + plane * stride).initializeMemory(as: UInt8.self, repeating: 0, count: groups * word)
      }
      return 0
    }
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { stored in
      let stored = stored.baseAddress!
      for group in 0..<groups { unsafe stored[group] = unsafe coding.precisions[Int(indices[group])] }
      var source = unsafe rows
      let end = unsafe rows + payload.count
      for plane in 0..<planeCount {
        let line = unsafe target + plane &* stride
        let continues = settings.isSigned && plane > 0
        let above = unsafe continues ? line - stride : line
        let sign: Word = continues ? ~0 : 0
        if unsafe end - source > groups &* word {
          // Whether a group has the plane is as good as random: read a word either way, and choose without a branch.
          for group in 0..<groups {
            let at = group &* word
            let isStored = unsafe Int(stored[group]) > plane
            let kept: Word = isStored ? ~0 : 0
            let row = unsafe source.loadUnaligned(as: Word.self)
            let other = unsafe continues ? (above + at).loadUnaligned(as: Word.self) : 0
            unsafe (line + at).storeBytes(of: row & kept | other & sign & ~kept, as: Word.self)
            unsafe source += isStored ? word : 0
          }
        } else {
          for group in 0..<groups {
            let at = group &* word
            if unsafe Int(stored[group]) > plane {
              unsafe (line + at).storeBytes(of: source.loadUnaligned(as: Word.self), as: Word.self)
              unsafe source += word
            } else {
              unsafe (line + at).storeBytes(
                of: continues ? (above + at).loadUnaligned(as: Word.self) : 0, as: Word.self)
            }
          }
        }
      }
      return unsafe source - rows
    }
  }

  private func expandWide(
    _ indices: UnsafePointer<UInt8>, _ groups: Int, _ payload: UnsafeRawBufferPointer,
    _ target: UnsafeMutableRawPointer, _ stride: Int, _ planeCount: Int
  ) -> Int {
    // As above, with words of 32 bytes.
    var used = 0
    for plane in 0..<planeCount {
      let line = unsafe target + plane * stride
      for group in 0..<groups {
        let at = unsafe line + 32 * group
        if unsafe Int(coding.precisions[Int(indices[group])]) > plane {
          unsafe at.copyMemory(from: payload.baseAddress! + used, byteCount: 32)
          used += 32
        } else if settings.isSigned, plane > 0 {
          unsafe at.copyMemory(from: at - stride, byteCount: 32)
        } else {
          unsafe at.initializeMemory(as: UInt8.self, repeating: 0, count: 32)
        }
      }
    }
    return used
  }
}
