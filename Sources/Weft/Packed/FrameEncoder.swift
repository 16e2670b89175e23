/// Packs the frames of one tensor, each by itself and in any order; safe to use from several threads, each with a
/// buffer of its own.
public struct FrameEncoder<K: CodecKernel>: Sendable {
  public let geometry: LaneGeometry
  public let settings: PackingSettings
  let tensor: QuantizedTensor
  let coding: GroupCoding
  let kernel: K

  /// Prepares to pack `tensor`. Throws when the settings do not apply to it.
  public init(_ tensor: QuantizedTensor, settings: PackingSettings, kernel: K) throws(WeftError) {
    let type = tensor.descriptor.elementType
    self.tensor = tensor
    self.settings = settings
    self.kernel = kernel
    geometry = try settings.geometry(of: tensor.descriptor)
    // The array's orders pack x - c without wrapping, which can take more bits than the element has.
    let isExact = settings.order.isArrayOrder
    let laneByteCount = isExact ? 2 : type.byteCount
    coding = GroupCoding(
      laneByteCount: laneByteCount, rebase: settings.rebase, width: isExact ? 16 : type.width,
      isSigned: settings.isSigned, groupSize: settings.groupSize, table: settings.table)
    if isExact { try checkExactRange() }
  }

  /// A buffer that fits any frame of this tensor.
  public func makeBuffer() -> FrameBuffer { FrameBuffer(geometry, largest: settings.table.largest) }

  /// Number of frames.
  public var frameCount: Int { geometry.frameCount }

  /// Packs one frame into `buffer`, all but its checksum. Throws `precisionTooSmall` when a group fits no table entry. Cost: one pass
  /// over the frame's values, a second one with zero compaction.
  public func encode(frame: Int, into buffer: FrameBuffer) throws(WeftError) {
    let lanes = settings.isCompacted ? compact(frame: frame, into: buffer) : []
    let groupCount =
      settings.isCompacted
      ? lanes.reduce(0) { $0 + settings.groupSize.groupCount(lanes: $1) } : geometry.groupCount(frame: frame)
    let headerBits = settings.table.headerBitCount
    let maskBytes = settings.isCompacted ? (geometry.flatLanes(ofFrame: frame).count + 7) / 8 : 0
    var sections = FrameSections(mask: maskBytes, headers: (groupCount * headerBits + 7) / 8, payload: 0)
    let base = buffer.memory.baseAddress!
    zero(base, sections.mask.upperBound..<sections.headers.lowerBound)
    zero(base, sections.headers.lowerBound..<sections.payload.lowerBound)

    buffer.pieces.removeAll(keepingCapacity: true)
    var group = 0
    var offset = 0
    var denseStart = 0
    for (place, piece) in geometry.pieces(ofFrame: frame).enumerated() {
      buffer.pieces.append(PieceOffset(payload: UInt32(offset), groups: UInt32(group)))
      if settings.isCompacted {
        let lanes = lanes[place]
        try encodePart(
          buffer.dense + denseStart * coding.laneByteCount, lanes,
          settings.block.laneCount(groupSize: settings.groupSize), sections, buffer, &group, &offset)
        denseStart += lanes
      } else {
        let source = LaneSource(
          tensor, geometry: geometry, laneByteCount: coding.laneByteCount, rebase: settings.rebase)
        try source.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece), scratch: buffer.gathered) {
          lanes, count, blockLanes throws(WeftError) in
          try encodePart(lanes, count, blockLanes, sections, buffer, &group, &offset)
        }
      }
    }
    kernel.packHeaders(
      buffer.indices, count: groupCount, bitCount: headerBits,
      into: (base + sections.headers.lowerBound).assumingMemoryBound(to: UInt8.self), bitOffset: 0)
    sections.payload = sections.payload.lowerBound..<sections.payload.lowerBound + offset
    zero(base, sections.payload.upperBound..<sections.recordByteCount)
    buffer.sections = sections
    buffer.histogram = histogram(buffer.indices, groupCount)
    RecordHeader.prepare(base, tag: .frame, bodyByteCount: sections.recordByteCount - RecordHeader.byteCount)
    writeFrameHeader(frame, base, sections)
    buffer.begin(byteCount: sections.recordByteCount)
  }

  @inline(__always)
  private func encodePart(
    _ lanes: UnsafeRawPointer, _ count: Int, _ blockLanes: Int, _ sections: FrameSections, _ buffer: FrameBuffer,
    _ group: inout Int, _ offset: inout Int
  ) throws(WeftError) {
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer.memory[(sections.payload.lowerBound + offset)...])
    guard
      let bytes = kernel.encode(
        lanes, count: count, blockLanes: blockLanes, coding: coding, indices: buffer.indices + group,
        payload: room)
    else {
      throw WeftError(
        .precisionTooSmall, "precision table", entry: tensor.descriptor.name,
        found: Int64(settings.table.largest))
    }
    group += settings.groupSize.groupCount(lanes: count)
    offset += bytes
  }

  /// Squeezes the zero lanes out of each piece; returns the lanes left in each. Pieces of one frame start at
  /// multiples of 512 mask bytes.
  private func compact(frame: Int, into buffer: FrameBuffer) -> [Int] {
    let source = LaneSource(
      tensor, geometry: geometry, laneByteCount: coding.laneByteCount, rebase: settings.rebase)
    let mask = (buffer.memory.baseAddress! + FrameSections.prefix).assumingMemoryBound(to: UInt8.self)
    var kept = 0
    return geometry.pieces(ofFrame: frame).enumerated().map { place, piece in
      var inPiece = 0
      source.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece), scratch: buffer.gathered) { lanes, count, _ in
        inPiece = kernel.compact(
          lanes, count: count, coding: coding, mask: mask + place * LaneGeometry.pieceLanes / 8,
          dense: buffer.dense + kept * coding.laneByteCount)
      }
      kept += inPiece
      return inPiece
    }
  }

  private func checkExactRange() throws(WeftError) {
    let values = ValueStatistics(tensor, wantsMostFrequent: false)
    guard let minimum = values.minimum, let maximum = values.maximum else { return }
    let isSigned = minimum < settings.rebase
    for value in [minimum, maximum] where Precision(needed: value - settings.rebase, isSigned: isSigned) == nil {
      throw WeftError(
        .precisionAboveSixteen, "rebase constant \(settings.rebase)", entry: tensor.descriptor.name,
        found: Int64(value))
    }
    guard isSigned == settings.isSigned else {
      throw WeftError(
        .settingNotApplicable, "reading must be \(isSigned ? "two's complement" : "unsigned")",
        entry: tensor.descriptor.name)
    }
  }

  private func histogram(_ indices: UnsafePointer<UInt8>, _ count: Int) -> PrecisionHistogram {
    let counts = kernel.countIndices(indices, count: count)
    var result = PrecisionHistogram()
    for (index, precision) in settings.table.entries.enumerated() { result[precision] = counts[index] }
    return result
  }

  private func writeFrameHeader(_ frame: Int, _ base: UnsafeMutableRawPointer, _ sections: FrameSections) {
    let fields = [frame, sections.mask.count, sections.headers.count, sections.payload.count]
    for (place, field) in fields.enumerated() {
      base.storeBytes(
        of: UInt32(truncatingIfNeeded: field).littleEndian, toByteOffset: RecordHeader.byteCount + 4 * place,
        as: UInt32.self)
    }
  }

  private func zero(_ base: UnsafeMutableRawPointer, _ range: Range<Int>) {
    (base + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: range.count)
  }
}
