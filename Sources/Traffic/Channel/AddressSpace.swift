/// Where tensors lie off chip: every section of every tensor at an address of its own, in order of first use.
struct AddressSpace {
  private var places: [String: [Range<Int>]] = [:]
  private var next = 0
  private let byteCount: Int
  private let burst: Int
  /// Sections begin at whole DRAM pages of 2 KiB.
  private static let alignment = 2048

  init(byteCount: Int, burst: Int) {
    self.byteCount = byteCount
    self.burst = burst
  }

  /// Byte ranges of a tensor's sections. Throws `outOfMemory` where the channel is full.
  mutating func sections(of tensor: String, _ form: StoredForm) throws(TrafficError) -> [Range<Int>] {
    if let known = places[tensor] { return known }
    var ranges: [Range<Int>] = []
    for bytes in form.sections(burst: burst) {
      guard bytes <= byteCount - next else {
        throw TrafficError(.outOfMemory, "'\(tensor)' does not fit the channel's \(byteCount) bytes beside the others")
      }
      ranges.append(next..<next + bytes)
      next = min(
        byteCount, (next + bytes + AddressSpace.alignment - 1) / AddressSpace.alignment * AddressSpace.alignment)
    }
    places[tensor] = ranges
    return ranges
  }
}
