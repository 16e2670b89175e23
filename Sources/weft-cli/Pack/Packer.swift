import Weft

/// Packs tensors into a container, frames of one tensor on several threads. The bytes do not depend on their number.
struct Packer {
  let kernel: Kernel
  let threads: Int
  let progress: ProgressBar
  /// Those of the tensor packed last.
  private var buffers = FrameBuffers([])

  init(kernel: Kernel, threads: Int, progress: ProgressBar) {
    (self.kernel, self.threads, self.progress) = (kernel, threads, progress)
  }

  /// Frames each thread packs between two writes.
  private static let framesPerTurn = 8

  /// Settings for each tensor, found on several threads.
  func settings(
    for tensors: [(tensor: QuantizedTensor, request: PackingRequest)]
  ) throws -> [PackingSettings] {
    let kernel = kernel
    return try Parallel.map(tensors.count, threads: threads) { index in
      let (tensor, request) = tensors[index]
      // One tensor alone is packed next; of many, all would keep their memory until their turn.
      defer { if tensors.count > 1 { tensor.region.relieve() } }
      return try SettingsSearch(tensor, request: request, kernel: kernel).smallest()
    }
  }

  /// Appends one tensor to the container.
  mutating func append(
    _ tensor: QuantizedTensor, settings: PackingSettings, to writer: inout ContainerWriter<Output, Kernel>
  ) throws {
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    try writer.begin(TensorRecord(descriptor: tensor.descriptor, settings: settings))
    let turn = min(threads * Packer.framesPerTurn, encoder.frameCount)
    let old = self.buffers
    let buffers = FrameBuffers((0..<turn).map { encoder.makeBuffer(from: $0 < old.count ? old[$0] : nil) })
    self.buffers = buffers
    defer { tensor.region.relieve() }
    let bytesPerFrame = UInt64(tensor.region.count) / UInt64(max(1, encoder.frameCount))
    var first = 0
    while first < encoder.frameCount {
      let count = min(buffers.count, encoder.frameCount - first)
      let start = first
      _ = try Parallel.map(count, threads: threads) { index in
        try encoder.encode(frame: start + index, into: buffers[index])
      }
      for index in 0..<count { try writer.append(frame: buffers[index]) }
      progress.advance(bytesPerFrame * UInt64(count))
      let before = UInt64(first) * bytesPerFrame / UInt64(ByteRegion.passByteCount)
      first += count
      if UInt64(first) * bytesPerFrame / UInt64(ByteRegion.passByteCount) > before {
        // All of a small tensor may be there from the search: what lies ahead would have to be had again.
        tensor.region.relieveBetweenPasses()
      }
    }
  }
}

/// Frame buffers that several threads use, each its own.
private struct FrameBuffers: @unchecked Sendable {
  private let buffers: [FrameBuffer]

  init(_ buffers: [FrameBuffer]) { self.buffers = buffers }

  var count: Int { buffers.count }
  subscript(index: Int) -> FrameBuffer { buffers[index] }
}
