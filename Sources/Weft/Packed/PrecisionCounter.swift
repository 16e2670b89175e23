/// Counts the precisions that the groups of a tensor need, for every group size and both ways of treating zeros in one
/// pass over the values.
struct PrecisionCounter<K: CodecKernel> {
  let tensor: QuantizedTensor
  let kernel: K

  init(_ tensor: QuantizedTensor, kernel: K) {
    self.tensor = tensor
    self.kernel = kernel
  }

  /// Findings, one a constant.
  ///
  /// - Parameters:
  ///   - constants: what to subtract.
  ///   - geometry: where lanes come from; of a flat order where several sizes are asked for.
  ///   - findings: what to ask, empty. The first constant's pass takes elements into the statistics where `surveys`.
  ///   - isWidened: one-byte elements are two-byte lanes and do not wrap, as the array's orders want them.
  func count(
    _ constants: [Int32], geometry: LaneGeometry, findings: LaneFindings, surveys: Bool, isWidened: Bool = false
  ) -> [LaneFindings] {
    let type = tensor.descriptor.elementType
    let laneByteCount = isWidened ? 2 : type.byteCount
    let table = PrecisionTable([16])!
    let codings = constants.map {
      GroupCoding(
        laneByteCount: laneByteCount, rebase: $0, width: isWidened ? 16 : type.width, isSigned: false,
        groupSize: geometry.groupSize, table: table)
    }
    var results = constants.map { _ in findings }
    guard geometry.valueCount > 0, !constants.isEmpty else { return results }
    // `lanes` are `count` lanes in a scratch of the size that the source asks for, or the tensor's own elements.
    @inline(never)
    func search(_ lanes: UnsafeRawPointer, _ count: Int, surveys: Bool) {
      for index in codings.indices {
        unsafe kernel.search(
          lanes, count: count, coding: codings[index], type: surveys && index == 0 ? type : nil, into: &results[index])
      }
    }
    let source = LaneSource(tensor, geometry: geometry, laneByteCount: laneByteCount, rebase: constants[0])
    // Pieces between two calls for relief.
    let step = ByteRegion.passByteCount / (LaneGeometry.pieceLanes * type.byteCount)
    defer { tensor.region.relieveBetweenPasses() }
    let isLinear = geometry.order == .linear
    if surveys, !isLinear {
      unsafe kernel.addStatistics(
        tensor.region.bytes.baseAddress!, count: geometry.valueCount, type: type, into: &results[0].statistics)
    }
    // In bounds: a frame of a flat order and a piece of any are the most that is gathered at once.
    let gathered = UnsafeMutableRawPointer.allocate(
      byteCount: LaneSource.scratchByteCount(geometry), alignment: 64)
    defer { unsafe gathered.deallocate() }
    if geometry.isFlat, !isWidened {
      // A frame at a time, so that further constants find it in the cache.
      for frame in 0..<geometry.frameCount {
        if frame * LaneGeometry.piecesPerFrame % step == 0 { tensor.region.relieveBetweenPasses() }
        let lanes = unsafe source.lanes(ofFrame: frame, scratch: gathered)
        unsafe search(lanes, geometry.flatLanes(ofFrame: frame).count, surveys: surveys && isLinear)
      }
      return results
    }
    for piece in 0..<geometry.pieceCount {
      if piece % step == 0 { tensor.region.relieveBetweenPasses() }
      unsafe source.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece), scratch: gathered) { lanes, count, _ in
        unsafe search(lanes, count, surveys: false)
      }
    }
    return results
  }
}
