import Weft

/// The bytes of a file, or of a part of it: every access is held against the ends, in release builds too, and the
/// file stays mapped for as long as somebody holds them.
@safe
struct FileBytes: RandomAccessCollection {
  private let region: ByteRegion
  private let first: Int
  let count: Int

  init(_ region: ByteRegion) {
    self.region = region
    first = 0
    count = region.count
  }

  /// A part, with indices of its own from 0 on; `range` must lie inside.
  init(_ whole: FileBytes, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= whole.count)
    region = whole.region
    first = whole.first + range.lowerBound
    count = range.count
  }

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  @inline(__always)
  subscript(index: Int) -> UInt8 {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
    // A part lies inside its region, and the index inside the part.
    return unsafe region.bytes[first &+ index]
  }

  /// The little-endian number at an offset; all its bytes must lie inside.
  @inline(__always)
  func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type, at offset: Int) -> Number {
    precondition(offset >= 0 && offset <= count - MemoryLayout<Number>.size)
    // As above, for every byte of the number; any bits are an integer.
    return Number(littleEndian: unsafe region.bytes.loadUnaligned(fromByteOffset: first &+ offset, as: Number.self))
  }

  /// The UTF-8 text of a part; nil for anything else.
  func text(_ range: Range<Int>) -> String? {
    let part = FileBytes(self, range)
    // The pointer does not leave the call, and the part keeps its region.
    return unsafe part.withPointer { bytes in unsafe String(validating: bytes, as: UTF8.self) }
  }

  /// Calls `body` with the bytes, for what takes a pointer: it must not keep it.
  func withPointer<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(region) {} }
    return try unsafe body(UnsafeRawBufferPointer(rebasing: region.bytes[first..<first + count]))
  }
}
