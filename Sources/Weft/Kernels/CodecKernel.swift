/// The inner loops of the codec. The scalar kernel is the definition; every other one gives the same bytes.
///
/// A kernel never reads or writes outside the counts given: that, and callers whose memory has those counts, is why the
/// unsafe code of all kernels stays in bounds. All pointers may have any alignment. What a kernel writes around the caches
/// other threads may see later than what is written after it, until `settleStores`.
public protocol CodecKernel: Sendable {
  /// Lower-case name by which the kernel is listed and forced.
  var name: PlainText { get }

  /// Adds what a search asks of `count` lanes to `findings`: the needed precisions of groups of each size under both
  /// readings of `coding.width` bits, and the same after zero compaction in pieces of `LaneGeometry.pieceLanes`. The
  /// coding's own reading, group size and table do not matter. `type` is that of lanes that are elements as they lie
  /// in memory, which are then added to the statistics as well; nil leaves these alone.
  func search(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, type: ElementType?, into findings: inout LaneFindings)

  /// Packs `count` lanes, cut into blocks of `blockLanes` (one group, or 128 to 2,048 lanes): one header index a
  /// group into `indices`, rows into `payload`. Returns the bytes of rows, or nil when a group fits no table entry.
  /// `payload` has room for every group at the largest entry. With `streams`, rows are not read again soon: some kernels
  /// write them around the caches. Where a `checksum` is given, it is continued by the rows, which some kernels do on
  /// the way.
  func encode(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer, streams: Bool,
    checksum: UnsafeMutablePointer<UInt32>?
  ) -> Int?

  /// Unpacks `count` lanes. `indices` are valid, and `payload` has exactly the bytes they ask for, by which `checksum`
  /// is continued where it is given. `target` says how elements continue above `coding.width` and whether they are
  /// written around the caches.
  func decode(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
    coding: GroupCoding, target: LaneTarget, lanes: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?)

  /// Moves the lanes whose packed value is not 0 together into `dense` (room for `count`), writes one mask bit a
  /// lane (`ceil(count / 8)` bytes), and returns how many there are.
  func compact(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer
  ) -> Int

  /// The inverse of `compact`: lanes without a mask bit become the rebase constant.
  func expand(
    _ dense: UnsafeRawPointer, mask: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, target: LaneTarget,
    lanes: UnsafeMutableRawPointer)

  /// Compacts the pieces of a frame as `compact` does and packs what is kept as `encode` does. `kept` takes how many
  /// lanes are left of each piece; `dense` has room for one. Returns the bytes of rows, or nil when a group fits no
  /// table entry or the rows do not fit.
  func encodePieces(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer, kept: UnsafeMutablePointer<UInt32>, indices: UnsafeMutablePointer<UInt8>,
    payload: UnsafeMutableRawBufferPointer
  ) -> Int?

  /// The inverse. `dense` has room for one piece.
  func decodePieces(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, mask: UnsafePointer<UInt8>,
    kept: UnsafePointer<UInt32>, count: Int, blockLanes: Int, coding: GroupCoding, target: LaneTarget,
    dense: UnsafeMutableRawPointer, lanes: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?)

  /// The sum of stored precisions for each piece of so many groups, their counts by header index added to the 16 of
  /// `counts`; false when an index names no table entry.
  func sumPieces(
    _ indices: UnsafePointer<UInt8>, groups: UnsafePointer<UInt32>, pieceCount: Int, coding: GroupCoding,
    counts: UnsafeMutablePointer<Int>, sums: UnsafeMutablePointer<UInt32>
  ) -> Bool

  /// Writes `count` header indices of `bitCount` bits: `ceil(count * bitCount / 8)` bytes, unused bits 0.
  func packHeaders(
    _ indices: UnsafePointer<UInt8>, count: Int, bitCount: Int, into target: UnsafeMutablePointer<UInt8>)

  /// Reads `count` header indices of `bitCount` bits from the first bit of `bytes` on.
  func unpackHeaders(
    _ bytes: UnsafeRawBufferPointer, bitCount: Int, count: Int, into indices: UnsafeMutablePointer<UInt8>)

  /// The sum of the stored precisions of groups, whose counts by header index are added to the 16 of `counts`
  /// where given; nil when an index names no table entry. Indices are below 16.
  func sumPrecisions(
    _ indices: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, counts: UnsafeMutablePointer<Int>?
  ) -> Int?

  /// Adds elements, as they lie in memory, to what a search knows of a tensor.
  func addStatistics(
    _ elements: UnsafeRawPointer, count: Int, type: ElementType, into statistics: inout LaneStatistics)

  /// The set bits of `bytes`.
  func countBits(_ bytes: UnsafeRawBufferPointer) -> Int

  /// CRC-32C of `bytes` appended to bytes whose CRC is `crc` (0 for none).
  func crc32c(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32) -> UInt32

  /// CRC-32C of bytes whose CRC is `first` and of `byteCount` more, fewer than 2^32, whose own is `second`. Cost:
  /// constant, up to the logarithm of the count.
  func joinChecksums(_ first: UInt32, _ second: UInt32, byteCount: Int) -> UInt32

  /// Moves `source` to `target`, which does not lie above it; they may overlap. Where a `checksum` is given, it is
  /// continued by the bytes.
  func moveDown(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?)

  /// Says that all of `memory`, which may lie outside the caches, is written soon. A store that waits for its line holds
  /// up those behind it.
  func expectStores(to memory: UnsafeMutableRawBufferPointer)

  /// Makes what this thread has written around the caches visible before what it writes next. Cost: memory takes all of
  /// it before the thread goes on.
  func settleStores()
}
