/// Lanes next to each other whose elements lie at a constant distance in memory.
struct LaneRun: Hashable, Sendable {
  /// First lane, counted from the first lane asked for.
  var lane: Int
  /// Memory index of the first element.
  var memoryIndex: Int
  var count: Int
  /// Elements from one lane's element to the next one's.
  var stride: Int
}

extension LaneGeometry {
  /// Calls `body` for the present lanes of part of a segment, in lane order; absent lanes are passed over.
  ///
  /// This is the one place where the index formulas of SPEC.md section 4 are written: packing gathers with it and
  /// unpacking scatters with it. Cost: constant for each run.
  @inline(__always)
  func forEachRun(in segment: Segment, lanes: Range<Int>, _ body: (LaneRun) -> Void) {
    guard !lanes.isEmpty else { return }
    if isFlat {
      forEachFlatRun(lanes: lanes, body)
    } else {
      forEachBrickRun(in: segment, lanes: lanes, body)
    }
  }

  @inline(__always)
  private func forEachFlatRun(lanes: Range<Int>, _ body: (LaneRun) -> Void) {
    let (outer, middle, inner): ((Int, Int), (Int, Int), (Int, Int))
    switch order {
    case .spatial:
      (outer, middle, inner) = (
        (axes.outer, axes.outerStride), (axes.channels, axes.channelStride), (axes.positions, axes.positionStride)
      )
    case .channels:
      (outer, middle, inner) = (
        (axes.outer, axes.outerStride), (axes.positions, axes.positionStride), (axes.channels, axes.channelStride)
      )
    case .linear, .filters:
      body(LaneRun(lane: 0, memoryIndex: lanes.lowerBound, count: lanes.count, stride: 1))
      return
    }
    // Lanes in memory order need no walk: the usual case of few channels, and of channel-first tensors.
    let middleIsPacked = middle.0 == 1 || middle.1 == inner.0 * inner.1
    let outerIsPacked = outer.0 == 1 || outer.1 == middle.0 * inner.0
    if inner.1 == 1 || inner.0 == 1, middleIsPacked, outerIsPacked {
      body(LaneRun(lane: 0, memoryIndex: lanes.lowerBound, count: lanes.count, stride: 1))
      return
    }
    var lane = lanes.lowerBound
    while lane < lanes.upperBound {
      let (row, column) = lane.quotientAndRemainder(dividingBy: inner.0)
      let (plane, line) = row.quotientAndRemainder(dividingBy: middle.0)
      let count = min(inner.0 - column, lanes.upperBound - lane)
      body(
        LaneRun(
          lane: lane - lanes.lowerBound, memoryIndex: plane * outer.1 + line * middle.1 + column * inner.1,
          count: count, stride: inner.1))
      lane += count
    }
  }

  @inline(__always)
  private func forEachBrickRun(in segment: Segment, lanes: Range<Int>, _ body: (LaneRun) -> Void) {
    let firstChannel = segment.brick * LaneGeometry.brickLanes
    let lanesInAll = flattensWindow ? axes.positions * axes.channels : axes.channels
    let present = min(segment.itemLanes, lanesInAll - firstChannel)
    let isMemoryOrder = axes.channelStride == 1 && (axes.positions == 1 || axes.positionStride == axes.channels)
    var lane = lanes.lowerBound
    while lane < lanes.upperBound {
      let (item, offset) = lane.quotientAndRemainder(dividingBy: segment.itemLanes)
      let next = min((item + 1) * segment.itemLanes, lanes.upperBound)
      let count = min(offset + (next - lane), present) - offset
      if count > 0 {
        let at = lane - lanes.lowerBound
        let channel = firstChannel + offset
        if !flattensWindow || isMemoryOrder {
          let index = itemMemoryIndex(segment, item) + channel * axes.channelStride
          body(LaneRun(lane: at, memoryIndex: index, count: count, stride: axes.channelStride))
        } else {
          for k in channel..<channel + count {
            let (position, c) = k.quotientAndRemainder(dividingBy: axes.channels)
            let index =
              itemMemoryIndex(segment, item) + position * axes.positionStride + c * axes.channelStride
            body(LaneRun(lane: at + k - channel, memoryIndex: index, count: 1, stride: 1))
          }
        }
      }
      lane = next
    }
  }

  /// Memory index of channel 0 of an item: a filter at the segment's window position, or an (outer, position) pair.
  @inline(__always)
  private func itemMemoryIndex(_ segment: Segment, _ item: Int) -> Int {
    if itemsArePositions {
      let (outer, position) = item.quotientAndRemainder(dividingBy: axes.positions)
      return outer * axes.outerStride + position * axes.positionStride
    }
    return (segment.firstFilter + item) * axes.outerStride + segment.step * axes.positionStride
  }
}
