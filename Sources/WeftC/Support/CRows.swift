import CWeft

/// An array of versioned structs that the caller gives room for. The first one's size says how far apart they lie.
struct CRows<Row> {
  private let first: UnsafeMutablePointer<Row>
  private let stride: Int
  private let capacity: Int

  /// Throws `INVALID_ARGUMENT`, `UNKNOWN_OPTIONS`, and `BUFFER_TOO_SMALL` for fewer than `needed`.
  init(_ rows: UnsafeMutablePointer<Row>?, _ capacity: Int, needed: Int) throws(CallFailure) {
    guard capacity >= needed else { throw .tooSmall(needed, capacity) }
    guard let rows else { throw .null("the rows") }
    stride = UnsafeRawPointer(rows).load(as: Int.self)
    guard CStruct.isWritable(rows), stride % 8 == 0 else {
      throw CallFailure(WEFT_ERROR_UNKNOWN_OPTIONS, "rows without their size: use their initialiser")
    }
    first = rows
    self.capacity = capacity
  }

  /// Fills in a row, its size included. `place` is below the number that was needed.
  func fill(_ place: Int, with row: Row) {
    precondition(place >= 0 && place < capacity)
    let memory = UnsafeMutableRawPointer(first) + place * stride
    memory.storeBytes(of: stride, as: Int.self)
    CStruct.write(row, to: memory.assumingMemoryBound(to: Row.self))
  }
}
