import Glibc
import TestSupport
import Testing

@testable import Weft

/// Tensors of so many bytes that packed frames are written around the caches.
@Suite struct LargeTensorTests {
  /// Lanes whose widths change from group to group, from none to all bits, and half of which are zeros in places: one
  /// part, made once and repeated, and a rest that fills no group.
  static func tensor(_ type: ElementType) -> QuantizedTensor {
    var random = SplitMix(seed: 11)
    let part = (0..<100_003).map { index in
      let bits = UInt16(truncatingIfNeeded: random.next())
      let width = index / 24 * 7 % 17
      return index / 5000 % 2 == 0 && bits % 2 == 0 ? 0 : width == 0 ? 0 : Int16(bitPattern: bits) >> Int16(16 - width)
    }
    let bytes = part.flatMap { value in (0..<type.byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let count = LaneTarget.streamingByteCount / type.byteCount + 4321
    let region = ByteRegion(byteCount: count * type.byteCount) { target in
      for first in stride(from: 0, to: target.count, by: bytes.count) {
        let here = min(bytes.count, target.count - first)
        bytes.withUnsafeBytes { source in
          UnsafeMutableRawBufferPointer(rebasing: target[first..<first + here])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<here]))
        }
      }
    }
    return QuantizedTensor(
      descriptor: TensorDescriptor(name: "large", shape: [count], elementType: type), region: region)
  }

  @Test(
    "records in memory are those of single frames, wherever they begin",
    arguments: KernelTests.natives, [ElementType.int16, .int8])
  func records(kernel: Kernel, type: ElementType) throws {
    let tensor = LargeTensorTests.tensor(type)
    let cases: [(GroupSize, BlockSize, Bool)] = [
      (.lanes16, .group, false), (.lanes256, .group, false), (.lanes8, .lanes2048, false), (.lanes16, .group, true),
    ]
    for (place, (groupSize, block, isCompacted)) in cases.enumerated() {
      let settings = PackingSettings(
        order: .linear, groupSize: groupSize, block: block, table: .dense(width: type.width), isSigned: true,
        isCompacted: isCompacted)
      let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
      let (buffer, single) = (encoder.makeBuffer(), encoder.makeBuffer())
      let all = UnsafeMutableRawBufferPointer.allocate(byteCount: encoder.byteBound + 64, alignment: 64)
      defer { all.deallocate() }
      // Records begin at eight bytes.
      let memory = UnsafeMutableRawBufferPointer(rebasing: all[(8 * place)...])
      let byteCount = try encoder.encode(into: memory, buffer: buffer, isSealed: true)
      #expect(buffer.pieces.isEmpty)
      var offset = 0
      for frame in 0..<encoder.frameCount {
        try encoder.encode(frame: frame, into: single)
        let record = single.record
        let found = UnsafeRawBufferPointer(rebasing: memory[offset..<min(offset + record.count, byteCount)])
        let isEqual = found.count == record.count && memcmp(found.baseAddress!, record.baseAddress!, record.count) == 0
        try #require(isEqual, "frame \(frame) of \(settings)")
        offset += record.count
      }
      #expect(offset == byteCount)
    }
  }

  @Test(arguments: [false, true])
  func `a container's long index is the same from memory, behind another container, and copied`(
    isCompacted: Bool
  ) throws {
    let kernel = TestKernel.selected
    let tensor = LargeTensorTests.tensor(.int8)
    let settings = PackingSettings(
      order: .linear, groupSize: .lanes256, block: .group, table: .dense(width: 8), isSigned: true,
      isCompacted: isCompacted)
    var collector = try ContainerWriter(ArraySink(), kernel: kernel)
    try collector.append(tensor, settings: settings)
    let bytes = try collector.finish().sink.bytes

    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * bytes.count, alignment: 64)
    defer { memory.deallocate() }
    var writer = try ContainerWriter(MemorySink(memory), kernel: kernel)
    try writer.append(tensor, settings: settings)
    let (sink, entries, byteCount) = try writer.finish()
    #expect(entries[0].parts.count == 257)
    #expect(Int(byteCount) == bytes.count && sink.byteCount == bytes.count)
    #expect(bytes.withUnsafeBytes { memcmp(memory.baseAddress!, $0.baseAddress!, bytes.count) } == 0)

    var small = try ContainerWriter(ArraySink(), kernel: kernel)
    try small.append(
      StoredRecord(name: "small", typeName: "document", shape: [0], byteCount: 0),
      data: UnsafeRawBufferPointer(start: nil, count: 0))
    let both = try small.finish().sink.bytes + bytes
    let reader = try ContainerReader(MemorySource(ByteRegion(copying: both)), kernel: kernel)
    try reader.verify()
    let behind = try TensorReader(reader, reader.entries[1])
    let target = UnsafeMutableRawBufferPointer.allocate(byteCount: tensor.region.count, alignment: 64)
    defer { target.deallocate() }
    try behind.read(
      scratch: behind.decoder.makeScratch(),
      into: ElementWindow(indices: 0..<tensor.descriptor.valueCount, memory: target))
    #expect(memcmp(target.baseAddress!, tensor.region.bytes.baseAddress!, target.count) == 0)
    var copier = try ContainerWriter(ArraySink(), kernel: kernel)
    try copier.append(copying: reader.entries[1], of: reader)
    #expect(try copier.finish().sink.bytes == bytes)
  }
}
