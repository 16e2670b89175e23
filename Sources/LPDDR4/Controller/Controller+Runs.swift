extension Controller {
  /// Takes a request burst by burst.
  mutating func submit(_ request: Request) {
    var flags: QueueEntry.Flags = request.kind == .read ? [] : .write
    if request.kind == .maskedWrite { flags.insert(.masked) }
    if request.closesRow { flags.insert(.autoPrecharge) }
    if let ones = request.oneCount { countOnes(ones, of: 8 * request.byteCount, isWrite: request.kind != .read) }
    var address = request.address
    let end = request.address + request.byteCount
    while address < end {
      submit(address: address, flags: flags, arrival: request.arrival, tag: request.tag)
      address += burstBytes
    }
  }

  private mutating func countOnes(_ ones: Int, of bits: Int, isWrite: Bool) {
    counters.add(ones, to: isWrite ? Counters.Slot.writeOnes : Counters.Slot.readOnes)
    counters.add(bits, to: isWrite ? Counters.Slot.writeBitsGiven : Counters.Slot.readBitsGiven)
  }
}
