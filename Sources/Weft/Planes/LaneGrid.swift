internal import CWeftKernels

/// Rows of lanes whose elements lie at constant distances in memory, from row to row and within one.
struct LaneGrid: Hashable, Sendable {
  /// First lane, counted from the first lane asked for.
  var lane: Int
  /// Memory index of the first element.
  var memoryIndex: Int
  var rowCount: Int
  /// Lanes from one row's first lane to the next one's.
  var pitch: Int
  /// Lanes of a row.
  var columnCount: Int
  /// Elements from one row's element to the next one's, and from one lane's.
  var rowStride: Int
  var stride: Int

  init(
    lane: Int, memoryIndex: Int, rowCount: Int, pitch: Int, columnCount: Int, rowStride: Int, stride: Int
  ) {
    (self.lane, self.memoryIndex, self.rowCount, self.pitch) = (lane, memoryIndex, rowCount, pitch)
    (self.columnCount, self.rowStride, self.stride) = (columnCount, rowStride, stride)
  }

  /// One row.
  init(lane: Int, memoryIndex: Int, count: Int, stride: Int = 1) {
    self.init(
      lane: lane, memoryIndex: memoryIndex, rowCount: 1, pitch: count, columnCount: count, rowStride: count,
      stride: stride)
  }

  private var native: weft_grid {
    weft_grid(rows: rowCount, columns: columnCount, pitch: pitch, row_stride: rowStride, stride: stride)
  }

  /// Copies elements of one or two bytes to their lanes. Cost: a few instructions for 16 bytes.
  func gather(from elements: UnsafeRawPointer, to lanes: UnsafeMutableRawPointer, elementBytes: Int) {
    var grid = native
    unsafe weft_gather(
      &grid, (elements + memoryIndex * elementBytes).assumingMemoryBound(to: UInt8.self),
      (lanes + lane * elementBytes).assumingMemoryBound(to: UInt8.self), UInt32(elementBytes))
  }

  /// Copies lanes to their elements.
  func scatter(from lanes: UnsafeRawPointer, to elements: UnsafeMutableRawPointer, elementBytes: Int) {
    var grid = native
    unsafe weft_scatter(
      &grid, (lanes + lane * elementBytes).assumingMemoryBound(to: UInt8.self),
      (elements + memoryIndex * elementBytes).assumingMemoryBound(to: UInt8.self), UInt32(elementBytes))
  }
}
