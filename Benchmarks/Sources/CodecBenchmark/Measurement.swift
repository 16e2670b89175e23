import Weft

/// Packing and unpacking of one tensor with DPRed's table, as ratios to a copy of the same tensor in the same rounds;
/// the best of the rounds counts.
struct Measurement {
  let text: String

  init(_ tensor: QuantizedTensor, _ groupSize: GroupSize, _ block: BlockSize, _ kernel: Kernel) throws {
    let type = tensor.descriptor.elementType
    let settings = PackingSettings(
      order: .linear, groupSize: groupSize, block: block, table: .dense(width: type.width), isSigned: true)
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    let decoder = try FrameDecoder(tensor.descriptor, settings: settings, kernel: kernel)
    let buffer = encoder.makeBuffer()
    let scratch = decoder.makeScratch()
    let bytes = tensor.region.bytes
    let room = encoder.frameCount * (buffer.byteBound - FrameBuffer.slack) + buffer.byteBound
    let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 64)
    let again = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    defer {
      packed.deallocate()
      again.deallocate()
    }
    packed.initializeMemory(as: UInt8.self, repeating: 1)
    again.initializeMemory(as: UInt8.self, repeating: 1)
    let window = ElementWindow(indices: 0..<tensor.descriptor.valueCount, memory: again)

    let clock = ContinuousClock()
    var best = (copy: Duration.seconds(1000), pack: Duration.seconds(1000), unpack: Duration.seconds(1000))
    var frames: [Range<Int>] = []
    for _ in 0..<5 {
      best.copy = min(best.copy, clock.measure { again.copyMemory(from: bytes) })
      let pack = try clock.measure {
        var offset = 0
        frames.removeAll(keepingCapacity: true)
        for frame in 0..<encoder.frameCount {
          buffer.redirect(to: UnsafeMutableRawBufferPointer(rebasing: packed[offset...]))
          try encoder.encode(frame: frame, into: buffer)
          frames.append(offset..<offset + buffer.byteCount)
          offset += buffer.byteCount
        }
      }
      let unpack = try clock.measure {
        for (frame, range) in frames.enumerated() {
          try decoder.decode(
            frame: frame, record: UnsafeRawBufferPointer(rebasing: packed[range]), at: 0, scratch: scratch,
            into: window)
        }
      }
      best.pack = min(best.pack, pack)
      best.unpack = min(best.unpack, unpack)
    }
    precondition(bytes.elementsEqual(UnsafeRawBufferPointer(again)), "\(kernel.name) changed a value")
    let fields = [
      kernel.name, type.name, "\(groupSize.laneCount)", block == .group ? "group" : "2048",
      Self.decimal(Double(frames.last?.upperBound ?? 0) / Double(bytes.count)),
      Self.decimal(best.copy / best.pack), Self.decimal(best.copy / best.unpack),
    ]
    text = zip(fields, [8, 6, 6, 6, 6, 12, 13]).map { field, width in
      field + String(repeating: " ", count: max(1, width + 1 - field.count))
    }.joined()
  }

  private static func decimal(_ value: Double) -> String {
    let thousandths = Int(value * 1000 + 0.5)
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
