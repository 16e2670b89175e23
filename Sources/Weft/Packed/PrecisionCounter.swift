/// Counts the precisions that the groups of a tensor need, for every candidate in one pass over the values.
struct PrecisionCounter<K: CodecKernel> {
  let tensor: QuantizedTensor
  let geometry: LaneGeometry
  let kernel: K

  /// One way to subtract and to leave out zeros.
  struct Variant: Hashable {
    var rebase: Int32
    var isCompacted: Bool
  }

  init(_ tensor: QuantizedTensor, geometry: LaneGeometry, kernel: K) {
    self.tensor = tensor
    self.geometry = geometry
    self.kernel = kernel
  }

  /// Histograms, one a variant; `statistics` takes in every value in the same pass where given. `widened` takes
  /// one-byte elements as two-byte lanes without wrapping, as the array's orders want them.
  func count(
    _ variants: [Variant], widened: Bool = false, statistics: inout LaneStatistics?
  ) -> [PrecisionCounts] {
    let type = tensor.descriptor.elementType
    let laneByteCount = widened ? 2 : type.byteCount
    let width = widened ? 16 : type.width
    let table = PrecisionTable([16])!
    let codings = variants.map {
      GroupCoding(
        laneByteCount: laneByteCount, rebase: $0.rebase, width: width, isSigned: false,
        groupSize: geometry.groupSize, table: table)
    }
    let source = LaneSource(
      tensor, geometry: geometry, laneByteCount: laneByteCount, rebase: variants.first?.rebase ?? 0)
    var results = variants.map { _ in PrecisionCounts() }
    // Lanes that are elements are looked at once for both.
    let surveysLanes =
      statistics != nil && geometry.order == .linear && laneByteCount == type.byteCount
      && variants.first?.isCompacted == false
    let scratchByteCount = LaneSource.scratchByteCount
    // Room for the lanes of a piece, for those without zeros, and for a mask bit each: 4,096 bits are 512 bytes.
    unsafe withUnsafeTemporaryAllocation(byteCount: 2 * scratchByteCount + 512, alignment: 64) { scratch in
      let gathered = scratch.baseAddress!
      let dense = unsafe gathered + scratchByteCount
      let mask = unsafe (dense + scratchByteCount).assumingMemoryBound(to: UInt8.self)
      // Pieces between two calls for relief.
      let step = ByteRegion.passByteCount / (LaneGeometry.pieceLanes * type.byteCount)
      defer { tensor.region.relieve() }
      for piece in 0..<geometry.pieceCount {
        if piece % step == step - 1 { tensor.region.relieve() }
        // The memory's next elements, whatever the lane order: as many as the piece has lanes.
        if !surveysLanes { addElements(ofPiece: piece, to: &statistics) }
        unsafe source.forEachPart(ofBlocks: geometry.blocks(ofPiece: piece), scratch: gathered) { lanes, count, _ in
          for (index, variant) in variants.enumerated() {
            let coding = codings[index]
            if surveysLanes, index == 0 {
              unsafe kernel.countPrecisions(
                lanes, count: count, coding: coding, into: &results[0], type: type, statistics: &statistics!)
              continue
            }
            let kept =
              unsafe variant.isCompacted
              ? kernel.compact(lanes, count: count, coding: coding, mask: mask, dense: dense) : count
            unsafe kernel.countPrecisions(
              variant.isCompacted ? UnsafeRawPointer(dense) : lanes, count: kept, coding: coding,
              into: &results[index])
          }
        }
      }
    }
    return results
  }

  private func addElements(ofPiece piece: Int, to statistics: inout LaneStatistics?) {
    guard statistics != nil else { return }
    let size = LaneGeometry.pieceLanes
    let isLast = piece + 1 == geometry.pieceCount
    let first = min(geometry.valueCount, piece * size)
    let elements = first..<(isLast ? geometry.valueCount : min(geometry.valueCount, first + size))
    guard !elements.isEmpty else { return }
    let type = tensor.descriptor.elementType
    // The elements are the tensor's, whose region holds them.
    unsafe kernel.addStatistics(
      tensor.region.bytes.baseAddress! + elements.lowerBound * type.byteCount, count: elements.count, type: type,
      into: &statistics!)
  }
}
