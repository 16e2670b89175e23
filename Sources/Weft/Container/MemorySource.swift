/// A container in memory that something else keeps alive: nothing of it is copied.
public struct MemorySource: ByteSource {
  public let region: ByteRegion

  public init(_ region: ByteRegion) { self.region = region }

  public var byteCount: UInt64 { UInt64(region.count) }

  public func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) throws(WeftError) {
    // Both ends lie inside the region, or the subscript stops.
    unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: region.bytes[Int(offset)...].prefix(target.count)))
  }

  public func withBytes<Result>(
    in range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) throws(WeftError) -> Result
  ) throws(WeftError) -> Result {
    // As above; the region keeps its memory during the call.
    try unsafe body(UnsafeRawBufferPointer(rebasing: region.bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
  }
}
