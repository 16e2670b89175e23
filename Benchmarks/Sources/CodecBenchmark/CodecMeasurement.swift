import Glibc
import Weft

/// Times packing and unpacking of one tensor against memcpy, through the public interface with headers.
struct CodecMeasurement {
  var ratio = 0.0
  /// memcpy in GB/s, and packing and unpacking as fractions of it.
  var memcpy = 0.0
  var pack = 0.0
  var unpack = 0.0
  /// The same with container records: checksums made and checked.
  var sealedPack = 0.0
  var checkedUnpack = 0.0

  init(_ tensor: QuantizedTensor, settings: PackingSettings, kernel: Kernel, rounds: Int) throws {
    let byteCount = tensor.region.count
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    let decoder = try FrameDecoder(tensor.descriptor, settings: settings, kernel: kernel)
    let buffer = encoder.makeBuffer()
    let scratch = decoder.makeScratch()
    let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: encoder.byteBound, alignment: 64)
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    defer {
      packed.deallocate()
      copy.deallocate()
    }
    let used = try encoder.encode(into: packed, buffer: buffer, isSealed: true)
    let records = UnsafeRawBufferPointer(rebasing: packed[..<used])
    try decoder.decode(records: records, into: copy, scratch: scratch, checksums: true)
    precondition(Glibc.memcmp(copy.baseAddress!, tensor.region.bytes.baseAddress!, byteCount) == 0)
    var watch = Stopwatch([
      ("memcpy", { Glibc.memcpy(copy.baseAddress!, tensor.region.bytes.baseAddress!, byteCount) }),
      ("pack", { _ = try encoder.encode(into: packed, buffer: buffer) }),
      ("unpack", { try decoder.decode(records: records, into: copy, scratch: scratch) }),
      ("sealed", { _ = try encoder.encode(into: packed, buffer: buffer, isSealed: true) }),
      ("checked", { try decoder.decode(records: records, into: copy, scratch: scratch, checksums: true) }),
    ])
    try watch.run(rounds: rounds)
    let best = watch.best
    ratio = Double(used) / Double(byteCount)
    memcpy = Double(byteCount) / best["memcpy"]! / 1e9
    pack = best["memcpy"]! / best["pack"]!
    unpack = best["memcpy"]! / best["unpack"]!
    sealedPack = best["memcpy"]! / best["sealed"]!
    checkedUnpack = best["memcpy"]! / best["checked"]!
  }
}
