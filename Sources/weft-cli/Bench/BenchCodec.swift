import Baselines
import Glibc
import Weft

/// One way to make bytes smaller and back again, as `bench` times it. Buffers are made beforehand and touched once.
protocol BenchCodec {
  var name: String { get }
  /// Packs the source; returns the packed bytes.
  mutating func pack() throws -> Int
  /// Unpacks what `pack` left.
  mutating func unpack() throws
  /// What `unpack` made.
  var result: UnsafeRawBufferPointer { get }
}

/// Memory of one benchmark buffer, written once so that no page is new while the clock runs.
final class BenchMemory {
  let bytes: UnsafeMutableRawBufferPointer

  init(_ byteCount: Int) {
    bytes = .allocate(byteCount: max(64, byteCount), alignment: 4096)
    bytes.initializeMemory(as: UInt8.self, repeating: 1)
  }

  deinit { bytes.deallocate() }
}

/// The limit: memory to memory.
struct CopyCodec: BenchCodec {
  let name = "memcpy"
  let source: UnsafeRawBufferPointer
  let target: BenchMemory

  init(_ source: UnsafeRawBufferPointer) {
    self.source = source
    target = BenchMemory(source.count)
  }

  func pack() -> Int {
    memcpy(target.bytes.baseAddress!, source.baseAddress!, source.count)
    return source.count
  }

  func unpack() { memcpy(target.bytes.baseAddress!, source.baseAddress!, source.count) }

  var result: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: target.bytes[..<source.count]) }
}

/// libzstd at one level.
struct ZstdBench: BenchCodec {
  let codec: ZstdCodec
  let source: UnsafeRawBufferPointer
  let packed: BenchMemory
  let target: BenchMemory
  var packedBytes = 0

  init(_ source: UnsafeRawBufferPointer, level: Int) {
    codec = ZstdCodec(level: level)
    self.source = source
    packed = BenchMemory(ZstdCodec.bound(source.count))
    target = BenchMemory(source.count)
  }

  var name: String { "zstd-\(codec.level)" }

  mutating func pack() throws -> Int {
    guard let bytes = codec.compress(source, into: packed.bytes) else { throw CommandFailure("zstd failed") }
    packedBytes = bytes
    return bytes
  }

  func unpack() throws {
    let bytes = UnsafeRawBufferPointer(rebasing: packed.bytes[..<packedBytes])
    guard codec.decompress(bytes, into: target.bytes) == source.count else { throw CommandFailure("zstd failed") }
  }

  var result: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: target.bytes[..<source.count]) }
}

/// The codec: frames with headers and sections, written one behind the other; `auto` includes the search.
struct WeftBench: BenchCodec {
  let name: String
  let tensor: QuantizedTensor
  let request: PackingRequest
  let searches: Bool
  let kernel: Kernel
  let threads: Int
  let target: BenchMemory
  let packed: BenchMemory
  var settings: PackingSettings
  var frames: [Range<Int>] = []
  private var buffers: [FrameBuffer] = []
  private var scratches: [FrameScratch] = []
  private var stride = 0
  private var packedBytes = 0

  init(
    _ name: String, _ tensor: QuantizedTensor, request: PackingRequest, searches: Bool, kernel: Kernel, threads: Int
  ) throws {
    (self.name, self.tensor, self.request, self.searches) = (name, tensor, request, searches)
    (self.kernel, self.threads) = (kernel, threads)
    settings = try SettingsSearch(tensor, request: request, kernel: kernel).smallest()
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    let decoder = try FrameDecoder(tensor.descriptor, settings: settings, kernel: kernel)
    buffers = (0..<threads).map { _ in encoder.makeBuffer() }
    scratches = (0..<threads).map { _ in decoder.makeScratch() }
    // Several threads write with gaps between frames; one thread writes frame behind frame.
    stride = encoder.byteBound / max(1, encoder.frameCount)
    packed = BenchMemory(encoder.byteBound)
    target = BenchMemory(tensor.region.count)
  }

  mutating func pack() throws -> Int {
    if searches { settings = try SettingsSearch(tensor, request: request, kernel: kernel).smallest() }
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    guard threads > 1 else {
      packedBytes = try encoder.encode(into: packed.bytes, buffer: buffers[0])
      return packedBytes
    }
    let state = UncheckedState(buffers: buffers, scratches: scratches, memory: packed.bytes)
    let (stride, threads) = (stride, threads)
    frames = try Parallel.map(threads, threads: threads) { part -> [Range<Int>] in
      try (part * encoder.frameCount / threads..<(part + 1) * encoder.frameCount / threads).map { frame in
        let memory = UnsafeMutableRawBufferPointer(rebasing: state.memory[(frame * stride)...].prefix(stride))
        return try frame * stride..<frame * stride
          + encoder.encode(frame: frame, into: memory, buffer: state.buffers[part])
      }
    }.flatMap { $0 }
    return frames.reduce(0) { $0 + $1.count }
  }

  func unpack() throws {
    let decoder = try FrameDecoder(tensor.descriptor, settings: settings, kernel: kernel)
    guard threads > 1 else {
      let records = UnsafeRawBufferPointer(rebasing: packed.bytes[..<packedBytes])
      try decoder.decode(records: records, into: target.bytes, scratch: scratches[0])
      return
    }
    let state = UncheckedState(buffers: [], scratches: scratches, memory: packed.bytes)
    let elements = tensor.descriptor.valueCount
    let window = UncheckedTarget(window: ElementWindow(indices: 0..<elements, memory: target.bytes))
    let (frames, threads) = (frames, threads)
    _ = try Parallel.map(threads, threads: threads) { part in
      for frame in part * frames.count / threads..<(part + 1) * frames.count / threads {
        try decoder.decode(
          frame: frame, record: UnsafeRawBufferPointer(rebasing: state.memory[frames[frame]]), at: 0,
          scratch: state.scratches[part], into: window.window)
      }
    }
  }

  var result: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: target.bytes[..<tensor.region.count]) }
}

/// Buffers that several threads use, each its own.
private struct UncheckedState: @unchecked Sendable {
  let buffers: [FrameBuffer]
  let scratches: [FrameScratch]
  let memory: UnsafeMutableRawBufferPointer
}

private struct UncheckedTarget: @unchecked Sendable {
  let window: ElementWindow
}
