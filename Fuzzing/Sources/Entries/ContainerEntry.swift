import Weft

/// Containers: read whole and in parts by the best and by the scalar kernel, which must agree, and packed again where
/// they are good, which must give the same bytes.
enum ContainerEntry {
  /// Values of a tensor that is unpacked; more are only checked, frame by frame.
  private static let valueLimit = 1 << 20

  static func read(_ bytes: [UInt8]) throws {
    // Almost every change of a byte breaks a checksum, so what lies behind them is reached by sealing anew.
    let sealed = ContainerSeal.sealed(bytes)
    if sealed != bytes { _ = try? check(sealed) }
    try check(bytes)
  }

  private static func check(_ bytes: [UInt8]) throws {
    let results = [Kernel.best, try Kernel.named("scalar")].map { kernel in
      Result { () throws(WeftError) in try verified(bytes, kernel) }
    }
    switch (results[0], results[1]) {
    case (.success(let one), .success(let other)):
      precondition(one == other, "kernels unpack differently")
    case (.failure(let one), .failure(let other)):
      precondition(one == other, "kernels fail differently: \(one), \(other)")
    default:
      preconditionFailure("one kernel accepts, the other does not")
    }
    try parts(bytes)
    _ = try results[0].get()
  }

  /// Checks everything; the elements of the tensors that are not large.
  private static func verified(_ bytes: [UInt8], _ kernel: Kernel) throws(WeftError) -> [[UInt8]] {
    let reader = try ContainerReader(ArraySource(bytes), kernel: kernel)
    try reader.verify()
    var values: [[UInt8]] = []
    for entry in reader.entries {
      guard case .tensor(let record, _) = entry.kind, record.descriptor.valueCount <= valueLimit else { continue }
      let tensor = try TensorReader(reader, entry).read()
      values.append([UInt8](tensor.region.bytes))
      try checkCanonical(tensor, record.settings, entry, reader, kernel)
    }
    return values
  }

  /// A verified tensor, packed again with its recorded settings, has the same frames.
  private static func checkCanonical(
    _ tensor: QuantizedTensor, _ settings: PackingSettings, _ entry: IndexEntry,
    _ reader: ContainerReader<ArraySource, Kernel>, _ kernel: Kernel
  ) throws(WeftError) {
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    let stored = try TensorReader(reader, entry)
    let buffer = encoder.makeBuffer()
    precondition(encoder.frameCount == stored.frameCount)
    for frame in 0..<encoder.frameCount {
      try encoder.encode(frame: frame, into: buffer)
      let record = try stored.record(ofFrame: frame)
      precondition(buffer.record.elementsEqual(record), "a verified frame is not what its elements give")
    }
  }

  /// Reading a part does not check everything; it must end all the same. Errors were seen by `verified`.
  private static func parts(_ bytes: [UInt8]) throws {
    guard let reader = try? ContainerReader(ArraySource(bytes), kernel: Kernel.best) else { return }
    for entry in reader.entries {
      guard case .tensor(let record, _) = entry.kind else {
        _ = try? reader.data(of: entry)
        continue
      }
      guard record.descriptor.valueCount <= valueLimit, let tensor = try? TensorReader(reader, entry) else { continue }
      _ = try? tensor.read()
      _ = try? tensor.read(rows: 0..<min(1, tensor.descriptor.shape.first ?? 0))
      for block in 0..<min(3, tensor.decoder.geometry.blockCount) { _ = try? tensor.read(block: block) }
      for group in 0..<3 { _ = try? tensor.group(group) }
    }
  }
}
