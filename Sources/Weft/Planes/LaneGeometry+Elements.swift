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
  /// Calls `body` for the present lanes of part of a segment, a run at a time; absent lanes are passed over. Cost:
  /// constant for each run.
  @inline(__always)
  func forEachRun(in segment: Segment, lanes: Range<Int>, _ body: (LaneRun) -> Void) {
    forEachGrid(in: segment, lanes: lanes) { grid in
      for row in 0..<grid.rowCount {
        body(
          LaneRun(
            lane: grid.lane + row * grid.pitch, memoryIndex: grid.memoryIndex + row * grid.rowStride,
            count: grid.columnCount, stride: grid.stride))
      }
    }
  }

  /// Calls `body` for the present lanes of part of a segment, as many together as lie evenly in memory.
  ///
  /// This is the one place where the index formulas of SPEC.md section 4 are written: packing gathers with it and
  /// unpacking scatters with it. Cost: constant for each grid.
  #if hasFeature(Embedded)
    @inline(never)
  #else
    @inline(__always)
  #endif
  func forEachGrid(in segment: Segment, lanes: Range<Int>, _ body: (LaneGrid) -> Void) {
    guard !lanes.isEmpty else { return }
    if isFlat {
      forEachFlatGrid(lanes: lanes, body)
    } else {
      forEachBrickGrid(in: segment, lanes: lanes, body)
    }
  }

  /// True when lanes of the segment are absent other than behind its last one.
  func hasAbsentLanes(_ segment: Segment) -> Bool { !isFlat && presentLanes(segment) < segment.itemLanes }

  private var lanesOfItem: Int { flattensWindow ? axes.positions * axes.channels : axes.channels }

  /// Lanes of an item in the segment's brick that hold an element.
  private func presentLanes(_ segment: Segment) -> Int {
    min(segment.itemLanes, lanesOfItem - segment.brick * LaneGeometry.brickLanes)
  }

  @inline(__always)
  private func forEachFlatGrid(lanes: Range<Int>, _ body: (LaneGrid) -> Void) {
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
      body(LaneGrid(lane: 0, memoryIndex: lanes.lowerBound, count: lanes.count))
      return
    }
    // Lanes in memory order need no walk: the usual case of few channels, and of channel-first tensors.
    let middleIsPacked = middle.0 == 1 || middle.1 == inner.0 * inner.1
    let outerIsPacked = outer.0 == 1 || outer.1 == middle.0 * inner.0
    if inner.1 == 1 || inner.0 == 1, middleIsPacked, outerIsPacked {
      body(LaneGrid(lane: 0, memoryIndex: lanes.lowerBound, count: lanes.count))
      return
    }
    var lane = lanes.lowerBound
    while lane < lanes.upperBound {
      let (row, column) = lane.quotientAndRemainder(dividingBy: inner.0)
      let (plane, line) = row.quotientAndRemainder(dividingBy: middle.0)
      // Whole lines of a plane together, or part of one.
      let isWhole = column == 0 && lanes.upperBound - lane >= inner.0
      let rows = isWhole ? min((lanes.upperBound - lane) / inner.0, middle.0 - line) : 1
      let count = isWhole ? inner.0 : min(inner.0 - column, lanes.upperBound - lane)
      body(
        LaneGrid(
          lane: lane - lanes.lowerBound, memoryIndex: plane * outer.1 + line * middle.1 + column * inner.1,
          rowCount: rows, pitch: inner.0, columnCount: count, rowStride: middle.1, stride: inner.1))
      lane += rows * count
    }
  }

  @inline(__always)
  private func forEachBrickGrid(in segment: Segment, lanes: Range<Int>, _ body: (LaneGrid) -> Void) {
    let firstChannel = segment.brick * LaneGeometry.brickLanes
    let present = presentLanes(segment)
    let isMemoryOrder = axes.channelStride == 1 && (axes.positions == 1 || axes.positionStride == axes.channels)
    var lane = lanes.lowerBound
    while lane < lanes.upperBound {
      let (item, offset) = lane.quotientAndRemainder(dividingBy: segment.itemLanes)
      if offset == 0, lanes.upperBound - lane >= segment.itemLanes, !flattensWindow || isMemoryOrder {
        // Whole items together, up to where their distance in memory changes.
        var items = (lanes.upperBound - lane) / segment.itemLanes
        if itemsArePositions, axes.outerStride != axes.positions * axes.positionStride {
          items = min(items, axes.positions - item % axes.positions)
        }
        body(
          LaneGrid(
            lane: lane - lanes.lowerBound,
            memoryIndex: itemMemoryIndex(segment, item) + firstChannel * axes.channelStride, rowCount: items,
            pitch: segment.itemLanes, columnCount: present,
            rowStride: itemsArePositions ? axes.positionStride : axes.outerStride, stride: axes.channelStride))
        lane += items * segment.itemLanes
        continue
      }
      let next = min((item + 1) * segment.itemLanes, lanes.upperBound)
      let count = min(offset + (next - lane), present) - offset
      if count > 0 {
        let at = lane - lanes.lowerBound
        let channel = firstChannel + offset
        if !flattensWindow || isMemoryOrder {
          let index = itemMemoryIndex(segment, item) + channel * axes.channelStride
          body(LaneGrid(lane: at, memoryIndex: index, count: count, stride: axes.channelStride))
        } else {
          for k in channel..<channel + count {
            let (position, c) = k.quotientAndRemainder(dividingBy: axes.channels)
            let index =
              itemMemoryIndex(segment, item) + position * axes.positionStride + c * axes.channelStride
            body(LaneGrid(lane: at + k - channel, memoryIndex: index, count: 1))
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
