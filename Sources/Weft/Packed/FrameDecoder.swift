/// Unpacks the frames of one tensor, each by itself and in any order; safe to use from several threads, each with
/// a scratch of its own.
public struct FrameDecoder<K: CodecKernel>: Sendable {
  public let descriptor: TensorDescriptor
  public let settings: PackingSettings
  public let geometry: LaneGeometry
  let coding: GroupCoding
  let kernel: K

  /// Prepares to unpack. Throws when the settings do not apply to the descriptor.
  @specialized(where K == Kernel)
  public init(_ descriptor: TensorDescriptor, settings: PackingSettings, kernel: K) throws(WeftError) {
    let type = descriptor.elementType
    self.descriptor = descriptor
    self.settings = settings
    self.kernel = kernel
    geometry = try settings.geometry(of: descriptor)
    coding = GroupCoding(
      laneByteCount: type.byteCount, rebase: settings.rebase, width: type.width, isSigned: settings.isSigned,
      groupSize: settings.groupSize, table: settings.table)
  }

  /// Working memory for one thread.
  public func makeScratch() -> FrameScratch { FrameScratch(geometry, largest: settings.table.largest) }

  /// Number of frames.
  public var frameCount: Int { geometry.frameCount }

  /// Unpacks the part of a frame that lies in `window`.
  ///
  /// - Parameters:
  ///   - frame: the number of the frame.
  ///   - record: its `WFRM` record, whose checksum the caller has checked.
  ///   - offset: where the record lies in the file, for errors.
  ///   - scratch: working memory of this decoder's making.
  ///   - window: where elements go.
  /// - Throws: the rule of SPEC.md that the frame breaks. Elements in `window` may have been written even then: what
  ///   stands behind the rows is looked at last. Nothing outside `window` is touched.
  @specialized(where K == Kernel)
  public func decode(
    frame: Int, record: UnsafeRawBufferPointer, at offset: UInt64, scratch: FrameScratch, into window: ElementWindow
  ) throws(WeftError) {
    // As for the caller.
    defer { settle(window) }
    try unsafe decode(frame: frame, record: record, at: offset, scratch: scratch, into: window, checksum: nil)
  }

  /// The same; `checksum` is what the record states, where the caller has not checked it. The window is still to be
  /// settled.
  @specialized(where K == Kernel)
  func decode(
    frame: Int, record: UnsafeRawBufferPointer, at offset: UInt64, scratch: FrameScratch, into window: ElementWindow,
    checksum: UInt32?
  ) throws(WeftError) {
    // The caller holds record, scratch and window for the call; elements outside the window are passed over.
    func mismatch() -> WeftError {
      WeftError(.checksumMismatch, "record", offset: offset, entry: descriptor.name)
    }
    let view: FrameView
    do throws(WeftError) {
      view = try unsafe self.view(of: record, frame: frame, scratch: scratch, at: offset, checksEnd: false)
    } catch {
      // Damaged bytes break one rule or another by chance.
      if let checksum, unsafe RecordHeader.checksum(record, kernel: kernel) != checksum { throw mismatch() }
      throw error
    }
    let payload = view.sections.payload
    if let memory = unsafe run(ofFrame: frame, scratch, window) {
      // The payload's share is taken while its rows are in the first-level cache.
      var found: UInt32 = 0
      if checksum != nil { unsafe found = RecordHeader.checksum(record, upTo: payload.lowerBound, kernel: kernel) }
      unsafe withUnsafeMutablePointer(to: &found) {
        unsafe decodeRun(frame, view, scratch, window, memory, checksum: checksum == nil ? nil : $0)
      }
      if let checksum {
        unsafe found = kernel.crc32c(
          UnsafeRawBufferPointer(rebasing: record[payload.upperBound...]), continuing: found)
        guard found == checksum else { throw mismatch() }
      }
    } else {
      if let checksum, unsafe RecordHeader.checksum(record, kernel: kernel) != checksum { throw mismatch() }
      decodePieces(frame, view, scratch, window)
    }
    // Behind the payload: asked for before it, these bytes would be waited for.
    try unsafe checkPadding(payload.upperBound..<record.count, of: record, frame, at: offset)
  }

  /// Where the lanes of a frame go in one call: where they are one run, and all are wanted, or wanted elsewhere.
  private func run(
    ofFrame frame: Int, _ scratch: FrameScratch, _ window: ElementWindow
  ) -> UnsafeMutableRawPointer? {
    guard geometry.isFlat else { return nil }
    guard settings.order == .linear else { return unsafe scratch.lanes }
    return unsafe window.place(of: geometry.flatLanes(ofFrame: frame), elementBytes: coding.laneByteCount)
  }

  /// Unpacks a frame whose lanes are one run.
  private func decodeRun(
    _ frame: Int, _ view: FrameView, _ scratch: FrameScratch, _ window: ElementWindow,
    _ memory: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
  ) {
    let lanes = geometry.flatLanes(ofFrame: frame)
    let isLinear = settings.order == .linear
    let blockLanes = settings.block.laneCount(groupSize: settings.groupSize)
    let payload = unsafe view.payload(from: 0)
    let target = isLinear ? laneTarget(window) : LaneTarget(signExtends: descriptor.elementType.isSigned)
    if settings.isCompacted {
      unsafe kernel.decodePieces(
        payload, indices: view.indices, mask: view.mask, kept: scratch.kept, count: lanes.count,
        blockLanes: blockLanes, coding: coding, target: target, dense: scratch.dense, lanes: memory,
        checksum: checksum)
    } else {
      unsafe kernel.decode(
        payload, indices: view.indices, count: lanes.count, blockLanes: blockLanes, coding: coding, target: target,
        lanes: memory, checksum: checksum)
    }
    if !isLinear { unsafe scatter(geometry.segment(brick: 0), lanes, memory, into: window) }
  }

  /// Unpacks a frame piece by piece.
  private func decodePieces(_ frame: Int, _ view: FrameView, _ scratch: FrameScratch, _ window: ElementWindow) {
    var cursor = FrameCursor()
    let target = laneTarget(window)
    for piece in geometry.pieces(ofFrame: frame) {
      geometry.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece)) { segment, lanes in
        if settings.order == .linear, let memory = unsafe window.place(of: lanes, elementBytes: coding.laneByteCount) {
          unsafe decodePart(lanes.count, segment.blockLanes, view, &cursor, scratch, memory, target)
          return
        }
        unsafe decodePart(
          lanes.count, segment.blockLanes, view, &cursor, scratch, scratch.lanes,
          LaneTarget(signExtends: target.signExtends))
        unsafe scatter(segment, lanes, scratch.lanes, into: window)
      }
    }
  }

  /// Copies lanes of one segment to their elements, as far as these are wanted.
  @inline(never)
  private func scatter(
    _ segment: Segment, _ lanes: Range<Int>, _ source: UnsafeRawPointer, into window: ElementWindow
  ) {
    if window.indices == 0..<descriptor.valueCount, let memory = unsafe window.memory.baseAddress {
      geometry.forEachGrid(in: segment, lanes: lanes) { grid in
        unsafe grid.scatter(from: source, to: memory, elementBytes: coding.laneByteCount)
      }
      return
    }
    geometry.forEachRun(in: segment, lanes: lanes) { run in
      unsafe window.store(run, from: source, elementBytes: coding.laneByteCount)
    }
  }

  /// Makes what was written to a window visible before what is written next.
  func settle(_ window: ElementWindow) {
    if laneTarget(window).streams { kernel.settleStores() }
  }

  private func laneTarget(_ window: ElementWindow) -> LaneTarget {
    unsafe LaneTarget(
      signExtends: descriptor.elementType.isSigned, streams: window.memory.count >= LaneTarget.streamingByteCount)
  }

  /// Unpacks one run of blocks, or with zero compaction one piece, into `memory`; its rows are found from the headers.
  #if hasFeature(Embedded)
    @inline(never)
  #else
    @inline(__always)
  #endif
  func decodePart(
    _ lanes: Int, _ blockLanes: Int, _ view: FrameView, _ cursor: inout FrameCursor, _ scratch: FrameScratch,
    _ memory: UnsafeMutableRawPointer, _ target: LaneTarget
  ) {
    // The view has held sections and headers against the record. Mask, groups and rows are taken in order, as many as
    // the part has; kept lanes are no more than its lanes, for which the caller's memory and the scratch have room.
    let mask = unsafe view.sections.mask.isEmpty ? nil : view.mask + cursor.maskByte
    let kept =
      unsafe mask.map { unsafe kernel.countBits(UnsafeRawBufferPointer(start: $0, count: (lanes + 7) / 8)) } ?? lanes
    let groups = settings.groupSize.groupCount(lanes: kept)
    let byteCount = view.payloadBytes(groups: cursor.group..<cursor.group + groups, coding, kernel: kernel)
    let rows = unsafe UnsafeRawBufferPointer(rebasing: view.payload(from: cursor.payload)[..<byteCount])
    unsafe kernel.decode(
      rows, indices: view.indices + cursor.group, count: kept, blockLanes: blockLanes, coding: coding,
      target: mask == nil ? target : LaneTarget(signExtends: target.signExtends),
      lanes: mask == nil ? memory : scratch.dense)
    if let mask = unsafe mask {
      unsafe kernel.expand(scratch.dense, mask: mask, count: lanes, coding: coding, target: target, lanes: memory)
      cursor.maskByte += (lanes + 7) / 8
    }
    cursor.group += groups
    cursor.payload += rows.count
  }
}
