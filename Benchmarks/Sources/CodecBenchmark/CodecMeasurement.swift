import Glibc
import Weft

/// Times packing and unpacking of one tensor against memcpy, through the public interface with headers, and writing and
/// reading a container of it in memory, with checksums.
struct CodecMeasurement {
  var ratio = 0.0
  /// memcpy in GB/s, and everything else as fractions of it.
  var memcpy = 0.0
  var pack = 0.0
  var unpack = 0.0
  var write = 0.0
  var read = 0.0
  /// The search for the smallest settings and packing with what it finds.
  var searchAndPack = 0.0

  init(_ tensor: QuantizedTensor, settings: PackingSettings, kernel: Kernel, rounds: Int) throws {
    let byteCount = tensor.region.count
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    let decoder = try FrameDecoder(tensor.descriptor, settings: settings, kernel: kernel)
    let buffer = encoder.makeBuffer()
    let scratch = decoder.makeScratch()
    let request = PackingRequest(groupSize: .fixed(settings.groupSize), order: .fixed(settings.order))
    let best = try SettingsSearch(tensor, request: request, kernel: kernel).smallest()
    let bound = max(encoder.byteBound, try FrameEncoder(tensor, settings: best, kernel: kernel).byteBound)
    let packed = CodecMeasurement.memory(bound)
    let container = CodecMeasurement.memory(bound + bound / 64 + 65536)
    let copy = CodecMeasurement.memory(byteCount)
    defer { for memory in [packed, container, copy] { memory.deallocate() } }
    let used = try encoder.encode(into: packed, buffer: buffer)
    let records = UnsafeRawBufferPointer(rebasing: packed[..<used])
    func write() throws -> Int {
      var writer = try ContainerWriter(MemorySink(container), kernel: kernel)
      try writer.append(tensor, settings: settings)
      return Int(try writer.finish().byteCount)
    }
    let whole = ElementWindow(indices: 0..<tensor.descriptor.valueCount, memory: copy)
    let file = ByteRegion(adopting: UnsafeRawBufferPointer(rebasing: container[..<(try write())])) { _ in }
    func read() throws {
      let container = try ContainerReader(MemorySource(file), kernel: kernel)
      let reader = try TensorReader(container, container.entries[0])
      try reader.read(scratch: scratch, into: whole)
    }
    let other = CodecMeasurement.memory(bound)
    defer { other.deallocate() }
    var watch = Stopwatch([
      ("memcpy", { Glibc.memcpy(copy.baseAddress!, tensor.region.bytes.baseAddress!, byteCount) }),
      ("pack", { _ = try encoder.encode(into: packed, buffer: buffer) }),
      ("unpack", { try decoder.decode(records: records, into: copy, scratch: scratch) }),
      ("write", { _ = try write() }),
      ("read", { try read() }),
      (
        "search",
        {
          let found = try SettingsSearch(tensor, request: request, kernel: kernel).smallest()
          let encoder = try FrameEncoder(tensor, settings: found, kernel: kernel)
          _ = try encoder.encode(into: other, buffer: encoder.makeBuffer())
        }
      ),
    ])
    for job in ["unpack", "read"] {
      memset(copy.baseAddress!, 0xA5, byteCount)
      try watch.once(job)
      precondition(Glibc.memcmp(copy.baseAddress!, tensor.region.bytes.baseAddress!, byteCount) == 0)
    }
    try watch.run(rounds: rounds)
    let times = watch.best
    ratio = Double(used) / Double(byteCount)
    memcpy = Double(byteCount) / times["memcpy"]! / 1e9
    pack = times["memcpy"]! / times["pack"]!
    unpack = times["memcpy"]! / times["unpack"]!
    self.write = times["memcpy"]! / times["write"]!
    self.read = times["memcpy"]! / times["read"]!
    searchAndPack = times["memcpy"]! / times["search"]!
  }

  /// Memory whose pages are there.
  private static func memory(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 4096)
    memory.initializeMemory(as: UInt8.self, repeating: 1)
    return memory
  }
}
