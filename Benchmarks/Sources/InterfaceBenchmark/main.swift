import CWeft
import Weft
import WeftC

// What the C functions cost over the Swift ones: a tensor of 1 MiB packed and unpacked by both in turn, the best of
// many rounds. Prints ratios: 1.02 is 2 % more.

func measure() throws {
  let count = 1 << 19
  var seed: UInt64 = 1
  func random() -> UInt64 {
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return seed >> 33
  }
  var values = [Int16](repeating: 0, count: count)
  for first in stride(from: 0, to: count, by: 16) {
    let mask = (UInt64(1) << (random() % 13)) - 1
    for lane in 0..<16 { values[first + lane] = Int16(Int64(random() & mask) - Int64(mask >> 1)) }
  }

  let descriptor = TensorDescriptor(name: "tensor", shape: [count], elementType: .int16)
  let region = ByteRegion(byteCount: 2 * count) { target in
    values.withUnsafeBytes { target.copyMemory(from: $0) }
  }
  let tensor = QuantizedTensor(descriptor: descriptor, region: region)
  let kernel = Kernel.best
  let bound = try PackingRequest().containerByteBound(of: descriptor)
  let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bound, alignment: 64)
  let elements = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * count, alignment: 64)

  func swiftPack() throws -> Int {
    let settings = try SettingsSearch(tensor, request: PackingRequest(), kernel: kernel).smallest()
    var writer = try ContainerWriter(MemorySink(room), kernel: kernel)
    try writer.append(tensor, settings: settings)
    return Int(try writer.finish().byteCount)
  }

  var description = weft_tensor()
  description.size = MemoryLayout<weft_tensor>.size
  description.type = Int32(WEFT_INT16.rawValue)
  description.rank = 1
  description.shape.0 = Int64(count)
  description.convolution_groups = 1

  func cPack() -> Int {
    Int(weft_pack(&description, region.bytes.baseAddress!, 2 * count, room.baseAddress!, bound, nil, nil))
  }

  func swiftUnpack(_ packed: ByteRegion) throws {
    let reader = try ContainerReader(MemorySource(packed), kernel: kernel)
    let tensor = try TensorReader(reader, reader.entries[0])
    let window = ElementWindow(indices: 0..<count, memory: elements)
    let scratch = tensor.decoder.makeScratch()
    try tensor.read(scratch: scratch, into: window)
  }

  func cUnpack(_ packed: ByteRegion) -> Int {
    Int(weft_unpack(packed.bytes.baseAddress!, packed.count, elements.baseAddress!, 2 * count, nil))
  }

  let packedCount = try swiftPack()
  precondition(cPack() == packedCount)
  let packed = ByteRegion(adopting: UnsafeRawBufferPointer(rebasing: room[..<packedCount])) { _ in }
  let clock = ContinuousClock()
  var best = [Duration](repeating: .seconds(10), count: 4)
  for _ in 0..<2000 {
    best[0] = min(best[0], try clock.measure { _ = try swiftPack() })
    best[1] = min(best[1], clock.measure { precondition(cPack() == packedCount) })
    best[2] = min(best[2], try clock.measure { try swiftUnpack(packed) })
    best[3] = min(best[3], clock.measure { precondition(cUnpack(packed) == 2 * count) })
  }
  print(
    "int16, 1 MiB, \(kernel.name), best of 2000 in turn; C over Swift: pack \(best[1] / best[0]), unpack \(best[3] / best[2])"
  )
}

try measure()
