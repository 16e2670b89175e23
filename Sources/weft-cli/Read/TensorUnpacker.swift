import Glibc
import SystemPackage
import TensorFiles
import Weft

/// Writes packed tensors as `.npy` files, byte-identical to what went in.
struct TensorUnpacker {
  let threads: Int
  let progress: ProgressBar

  /// Frames each thread unpacks between two writes.
  private static let framesPerTurn = 8
  /// Frames whose pages the mapped output may hold at once.
  private static let framesBetweenRelief = 256

  /// Writes one tensor. In memory order frames are written as they come, in bounded memory; in other orders the
  /// output file is mapped and filled.
  func unpack(_ tensor: TensorReader<FileSource, Kernel>, to path: String, mayOverwrite: Bool) throws {
    let (bytes, header) = try NpyFile.header(for: tensor.descriptor)
    var output = try Output(path, mayOverwrite: mayOverwrite)
    if tensor.settings.order == .linear, !header.isBigEndian {
      try bytes.withUnsafeBytes { try output.write($0) }
      try stream(tensor, to: &output)
    } else if tensor.descriptor.byteCount == 0 {
      try bytes.withUnsafeBytes { try output.write($0) }
    } else {
      let file: FileDescriptor
      switch output {
      case .file(let atomic): file = atomic.descriptor
      case .stream(_, let name): file = try Spool.unnamed(in: Spool.folder, for: name)
      }
      let mapped: MappedOutput
      do throws(Errno) {
        mapped = try MappedOutput(file, byteCount: bytes.count + tensor.descriptor.byteCount)
      } catch {
        throw CommandFailure(file: path, "cannot write: \(error)")
      }
      mapped.memory.copyBytes(from: bytes)
      let data = UnsafeMutableRawBufferPointer(rebasing: mapped.memory[bytes.count...])
      try fill(data, tensor, in: mapped)
      if header.isBigEndian { swapBytes(data) }
      if case .stream = output { try output.write(UnsafeRawBufferPointer(mapped.memory)) }
    }
    try output.commit()
  }

  /// Frames in order, a batch at a time.
  private func stream(_ tensor: TensorReader<FileSource, Kernel>, to output: inout Output) throws {
    let size = tensor.descriptor.elementType.byteCount
    let lanes = LaneGeometry.pieceLanes * LaneGeometry.piecesPerFrame
    let count = min(max(1, tensor.frameCount), threads * TensorUnpacker.framesPerTurn)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count * lanes * size, alignment: 64)
    defer { memory.deallocate() }
    var first = 0
    while first < tensor.frameCount {
      let frames = first..<min(first + count, tensor.frameCount)
      let values = frames.lowerBound * lanes..<min(tensor.descriptor.valueCount, frames.upperBound * lanes)
      try decode(frames, tensor, ElementWindow(indices: values, memory: memory))
      try output.write(UnsafeRawBufferPointer(rebasing: memory[..<(values.count * size)]))
      progress.advance(UInt64(values.count * size))
      first = frames.upperBound
    }
  }

  private func fill(
    _ memory: UnsafeMutableRawBufferPointer, _ tensor: TensorReader<FileSource, Kernel>, in file: MappedOutput
  ) throws {
    let window = ElementWindow(indices: 0..<tensor.descriptor.valueCount, memory: memory)
    let count = max(threads, TensorUnpacker.framesBetweenRelief)
    for first in stride(from: 0, to: tensor.frameCount, by: count) {
      let frames = first..<min(first + count, tensor.frameCount)
      try decode(frames, tensor, window)
      if frames.upperBound < tensor.frameCount { file.relieve() }
      progress.advance(UInt64(memory.count * frames.count / tensor.frameCount))
    }
  }

  /// Each thread takes a run of frames and a scratch of its own; no two frames touch the same element.
  private func decode(
    _ frames: Range<Int>, _ tensor: TensorReader<FileSource, Kernel>, _ window: ElementWindow
  ) throws {
    let parts = min(threads, frames.count)
    let target = UncheckedWindow(window: window)
    _ = try Parallel.map(parts, threads: parts) { part in
      let scratch = tensor.decoder.makeScratch()
      let first = frames.lowerBound + part * frames.count / parts
      for frame in first..<frames.lowerBound + (part + 1) * frames.count / parts {
        try tensor.read(frame: frame, scratch: scratch, into: target.window)
      }
    }
  }

  private func swapBytes(_ data: UnsafeMutableRawBufferPointer) {
    for word in stride(from: 0, to: data.count, by: 2) { data.swapAt(word, word + 1) }
  }
}

/// A window that several threads fill, each other elements.
private struct UncheckedWindow: @unchecked Sendable {
  let window: ElementWindow
}
