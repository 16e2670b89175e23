/// Reads one packed tensor of a container: whole, by rows of axis 0, or by block. Safe to use from several threads,
/// each with a scratch of its own.
public struct TensorReader<Source: ByteSource, K: CodecKernel>: Sendable {
  let container: ContainerReader<Source, K>
  public let entry: IndexEntry
  public let decoder: FrameDecoder<K>
  public let summary: TensorSummary

  /// Opens a tensor of the container. Throws `noSuchEntry` for a stored entry.
  public init(_ container: ContainerReader<Source, K>, _ entry: IndexEntry) throws(WeftError) {
    guard case .tensor(let record, _) = entry.kind, let summary = entry.summary else {
      throw WeftError(.noSuchEntry, "packed tensors", entry: entry.name)
    }
    self.container = container
    self.entry = entry
    self.summary = summary
    decoder = try FrameDecoder(record.descriptor, settings: record.settings, kernel: container.kernel)
  }

  public var descriptor: TensorDescriptor { decoder.descriptor }
  public var settings: PackingSettings { decoder.settings }
  public var frameCount: Int { decoder.frameCount }

  /// The record of a frame, checksum checked. Throws where its length cannot be that of a frame.
  public func record(ofFrame frame: Int) throws(WeftError) -> [UInt8] {
    try unsafe withRecord(ofFrame: frame) { bytes, _, _ in unsafe [UInt8](bytes) }
  }

  /// Calls `body` with the record of a frame, its offset and the checksum that it states, which was checked where that
  /// is asked for.
  private func withRecord<Result>(
    ofFrame frame: Int, isChecked: Bool = true,
    _ body: (UnsafeRawBufferPointer, UInt64, UInt32) throws(WeftError) -> Result
  ) throws(WeftError) -> Result {
    let range = entry.range(ofPart: frame)
    let bound = decoder.geometry.frameByteBound(largest: settings.table.largest)
    guard range.count <= bound else {
      throw WeftError(
        .sizeMismatch, "record length of frame \(frame)", offset: range.lowerBound, entry: entry.name,
        expected: Int64(bound), found: Int64(range.count))
    }
    do throws(WeftError) {
      return try unsafe ContainerReader<Source, K>.withRecord(
        range, tag: .frame, isChecked: isChecked, container.source, container.kernel
      ) { bytes, checksum throws(WeftError) in
        try unsafe body(bytes, range.lowerBound, checksum)
      }
    } catch {
      throw error.placed(entry: entry.name)
    }
  }

  /// Unpacks what lies in `window` of one frame. Where its checksum is wrong, elements in the window may have been
  /// written. Cost: reads one frame.
  @specialized(where Source == MemorySource, K == Kernel)
  public func read(frame: Int, scratch: FrameScratch, into window: ElementWindow) throws(WeftError) {
    defer { decoder.settle(window) }
    try read(unsettled: frame, scratch: scratch, into: window)
  }

  /// Unpacks all of the tensor that lies in `window`, as `read(frame:scratch:into:)` does. Cost: reads the frames one
  /// after the other.
  @specialized(where Source == MemorySource, K == Kernel)
  public func read(scratch: FrameScratch, into window: ElementWindow) throws(WeftError) {
    try read(frames: 0..<frameCount, scratch, into: window)
  }

  private func read(frames: Range<Int>, _ scratch: FrameScratch, into window: ElementWindow) throws(WeftError) {
    defer { decoder.settle(window) }
    for frame in frames { try read(unsettled: frame, scratch: scratch, into: window) }
  }

  private func read(unsettled frame: Int, scratch: FrameScratch, into window: ElementWindow) throws(WeftError) {
    try unsafe withRecord(ofFrame: frame, isChecked: false) { bytes, offset, checksum throws(WeftError) in
      try unsafe decoder.decode(
        frame: frame, record: bytes, at: offset, scratch: scratch, into: window, checksum: checksum)
    }
  }

  /// The whole tensor. Cost: reads its frames one after the other; memory for the elements and one frame.
  public func read() throws(WeftError) -> QuantizedTensor {
    QuantizedTensor(
      descriptor: descriptor, region: try read(elements: 0..<descriptor.valueCount, frames: 0..<frameCount))
  }

  /// Rows `rows` of axis 0 as a tensor of their own, memory order kept.
  ///
  /// Cost: reads the frames that hold the rows: few in `linear` and `filters` order of a C-order tensor, all in the
  /// others; memory for the rows and one frame (for the whole tensor when it is column-major).
  public func read(rows: Range<Int>) throws(WeftError) -> QuantizedTensor {
    guard let extent = descriptor.shape.first, rows.lowerBound >= 0, rows.upperBound <= extent else {
      throw WeftError(
        .fieldOutOfRange, "rows \(rows.lowerBound):\(rows.upperBound) of axis 0", entry: entry.name,
        expected: descriptor.shape.first.map(Int64.init))
    }
    var part = descriptor
    part.shape[0] = rows.count
    part.convolutionGroups = 1
    if descriptor.isColumnMajor {
      let all = try read()
      let size = descriptor.elementType.byteCount
      let columns = extent == 0 ? 0 : descriptor.valueCount / extent
      // A column has `extent` elements in the tensor and `rows.count` of them in the part; all columns are written.
      let region = unsafe ByteRegion(byteCount: rows.count * columns * size) { target in
        for column in 0..<(rows.isEmpty ? 0 : columns) {
          let source = unsafe UnsafeRawBufferPointer(
            rebasing: all.region.bytes[
              (column * extent + rows.lowerBound) * size..<(column * extent + rows.upperBound) * size])
          unsafe UnsafeMutableRawBufferPointer(rebasing: target[(column * rows.count * size)...]).copyMemory(
            from: source)
        }
      }
      return QuantizedTensor(descriptor: part, region: region)
    }
    let rowValues = extent == 0 ? 0 : descriptor.valueCount / extent
    let blocks = decoder.geometry.blocks(ofRows: rows, in: descriptor)
    let perFrame = decoder.geometry.blocksPerFrame
    let frames =
      rows.isEmpty || blocks.isEmpty ? 0..<0 : blocks.lowerBound / perFrame..<(blocks.upperBound - 1) / perFrame + 1
    let elements = rows.lowerBound * rowValues..<rows.upperBound * rowValues
    return QuantizedTensor(descriptor: part, region: try read(elements: elements, frames: frames))
  }

  private func read(elements: Range<Int>, frames: Range<Int>) throws(WeftError) -> ByteRegion {
    let byteCount = elements.count * descriptor.elementType.byteCount
    // The region gives the memory back; the window is as long as the elements, and every frame that has some is read.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    let region = unsafe ByteRegion(adopting: UnsafeRawBufferPointer(memory)) { unsafe $0.deallocate() }
    let window = unsafe ElementWindow(indices: elements, memory: memory)
    let scratch = decoder.makeScratch()
    try read(frames: frames, scratch, into: window)
    return region
  }

  /// Checks one frame completely: checksum, rules, canonical bytes, and what the index says of it. Returns its
  /// histogram and whether it holds a negative packed value. Cost: reads one frame.
  public func verify(frame: Int, scratch: FrameScratch) throws(WeftError) -> FrameDecoder<K>.FrameFindings {
    let offset = entry.range(ofPart: frame).lowerBound
    let findings = try unsafe withRecord(ofFrame: frame) { bytes, offset, _ throws(WeftError) in
      try unsafe decoder.verify(frame: frame, record: bytes, at: offset, scratch: scratch)
    }
    guard entry.parts.pieces(ofPart: frame).elementsEqual(findings.pieces.lazy.map { $0.littleEndian }) else {
      throw WeftError(.indexMismatch, "pieces of frame \(frame)", offset: offset, entry: entry.name)
    }
    return findings
  }

  /// Checks the tensor's descriptor against the index, and what frames found together against it.
  public func verify(histogram: PrecisionHistogram, hasNegative: Bool) throws(WeftError) {
    let record = try container.record(entry.descriptorRange, tag: .tensor)
    try container.checkDescriptor(record, entry)
    guard histogram == summary.histogram else {
      throw WeftError(.indexMismatch, "group counts", offset: entry.offset, entry: entry.name)
    }
    try decoder.verifyReading(hasNegative: hasNegative)
  }
}
