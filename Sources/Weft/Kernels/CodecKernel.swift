/// The inner loops of the codec. The scalar kernel is the definition; every other one gives the same bytes.
///
/// A kernel never reads or writes outside the counts given. All pointers may have any alignment.
public protocol CodecKernel: Sendable {
  /// Lower-case name by which the kernel is listed and forced.
  var name: String { get }

  /// Adds the needed precision of each group of `count` lanes to one histogram a reading: unsigned and two's
  /// complement of `coding.width` bits. The coding's own reading and table do not matter.
  func countPrecisions(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, into counts: inout PrecisionCounts)

  /// Packs `count` lanes, cut into blocks of `blockLanes`: one header index a group into `indices`, rows into
  /// `payload`. Returns the bytes of rows, or nil when a group fits no table entry. `payload` has room for every
  /// group at the largest entry.
  func encode(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer
  ) -> Int?

  /// Unpacks `count` lanes and returns the bytes of rows they took. `indices` are valid, and `payload` begins with the
  /// bytes they ask for. `signExtends` says how elements continue above `coding.width`.
  func decode(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
    coding: GroupCoding, signExtends: Bool, lanes: UnsafeMutableRawPointer
  ) -> Int

  /// Moves the lanes whose packed value is not 0 together into `dense` (room for `count`), writes one mask bit a
  /// lane (`ceil(count / 8)` bytes), and returns how many there are.
  func compact(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer
  ) -> Int

  /// The inverse of `compact`: lanes without a mask bit become the rebase constant.
  func expand(
    _ dense: UnsafeRawPointer, mask: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, signExtends: Bool,
    lanes: UnsafeMutableRawPointer)

  /// Writes `count` header indices of `bitCount` bits from bit `bitOffset` on. The target's bits from there on are 0.
  func packHeaders(
    _ indices: UnsafePointer<UInt8>, count: Int, bitCount: Int, into target: UnsafeMutablePointer<UInt8>,
    bitOffset: Int)

  /// Reads `count` header indices of `bitCount` bits from bit `bitOffset` on; bits past `bytes` are not touched.
  func unpackHeaders(
    _ bytes: UnsafeRawBufferPointer, bitOffset: Int, bitCount: Int, count: Int,
    into indices: UnsafeMutablePointer<UInt8>)

  /// How often each of the 16 header indices occurs.
  func countIndices(_ indices: UnsafePointer<UInt8>, count: Int) -> [16 of Int]

  /// Sum of the stored precisions of header indices; nil when an index is past the table's last entry.
  func storedBits(_ indices: UnsafePointer<UInt8>, count: Int, coding: GroupCoding) -> Int?

  /// CRC-32C of `bytes` appended to bytes whose CRC is `crc` (0 for none).
  func crc32c(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32) -> UInt32
}
