/// Writes a container, entry by entry and frame by frame, to a sink that need not seek.
///
/// Holds the index: about 136 bytes a frame. After an error the container is incomplete and must be thrown away.
public struct ContainerWriter<Sink: ByteSink, K: CodecKernel>: ~Copyable {
  public private(set) var sink: Sink
  let kernel: K
  /// Bytes written.
  public private(set) var byteCount: UInt64 = 0
  private var entries: [IndexEntry] = []
  /// Groups of the frames appended to the tensor begun last, until it is complete.
  private var histogram = PrecisionHistogram()
  private var names = NamePlaces(capacity: 1)
  /// That of the tensor packed last.
  private var buffer: FrameBuffer?

  /// Starts a container: writes its file header.
  public init(_ sink: consuming Sink, kernel: K) throws(WeftError) {
    self.sink = sink
    self.kernel = kernel
    try write(FileHeader.bytes(kernel: kernel))
  }

  /// Starts a tensor; its frames follow in order with `append(frame:)`.
  public mutating func begin(_ record: TensorRecord) throws(WeftError) {
    try begin(.tensor(record, PrecisionHistogram()), name: record.descriptor.name, .tensor, try record.encoded())
  }

  /// Appends the next frame of the tensor begun last, as an encoder left it.
  public mutating func append(frame: FrameBuffer) throws(WeftError) {
    let place = entries.count - 1
    guard case .tensor = entries[place].kind else { preconditionFailure("no tensor begun") }
    histogram.add(frame.histogram)
    // Copied before the frame is used again.
    unsafe entries[place].parts.append(byteCount, pieces: frame.pieceWords)
    try unsafe write(frame.record)
  }

  /// Gives the last tensor the groups of its frames: once, since an entry's kind is made anew for it.
  private mutating func settle() {
    guard histogram.groupCount > 0, case .tensor(let record, var all) = entries[entries.count - 1].kind else { return }
    all.add(histogram)
    entries[entries.count - 1].kind = .tensor(record, all)
    histogram = PrecisionHistogram()
  }

  /// Appends a stored entry. `data` has `record.byteCount` bytes. Cost: one pass over them.
  public mutating func append(_ record: StoredRecord, data: UnsafeRawBufferPointer) throws(WeftError) {
    precondition(data.count == record.byteCount)
    try begin(.stored(record), name: record.name, .stored, try record.encoded())
    for chunk in 0..<record.chunkCount {
      let start = chunk * FormatLimits.chunk
      entries[entries.count - 1].parts.append(byteCount, pieces: EmptyCollection())
      // Chunks cover the data's `byteCount` bytes, which the caller was held to.
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: data[start..<start + record.chunkBytes(chunk)])
      try write(.chunk, bodyByteCount: bytes.count) { record in unsafe record.append(bytes) }
    }
  }

  /// Packs a tensor with recorded settings, one frame after the other.
  @specialized(where Sink == MemorySink, K == Kernel)
  public mutating func append(_ tensor: QuantizedTensor, settings: PackingSettings) throws(WeftError) {
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    try begin(TensorRecord(descriptor: tensor.descriptor, settings: settings))
    let buffer = encoder.makeBuffer(from: buffer)
    self.buffer = buffer
    // Noted in the entry at the end: each access to it is checked, and frames are short.
    var parts = PartTable(isTensor: true)
    parts.reserve(parts: encoder.frameCount, pieces: encoder.geometry.pieceCount)
    try packInPlace(encoder, buffer, &parts)
    for frame in parts.count..<encoder.frameCount {
      try encoder.encode(frame: frame, into: buffer)
      histogram.add(buffer.histogram)
      // Copied before the buffer is used again, as the record is.
      unsafe parts.append(byteCount, pieces: buffer.pieceWords)
      try unsafe write(buffer.record)
    }
    entries[entries.count - 1].parts = parts
  }

  /// Packs the first frames where the sink has room for any, as many as there is room for.
  ///
  /// What the next frame depends on stays out of memory: it would be read right after it is written, in other pieces,
  /// and that waits until all that was written before it has reached the cache.
  @inline(never)
  @specialized(where Sink == MemorySink, K == Kernel)
  private mutating func packInPlace(
    _ encoder: FrameEncoder<K>, _ buffer: FrameBuffer, _ parts: inout PartTable
  ) throws(WeftError) {
    guard encoder.isFlat, let memory = unsafe sink.reserve() else { return }
    let (frames, bound, streams) = (encoder.frameCount, encoder.frameByteBound, encoder.streams)
    var counts = [16 of Int](repeating: 0)
    var (frame, used) = (0, 0)
    defer { if streams { kernel.settleStores() } }
    while frame < frames, memory.count - used >= bound {
      let sections = try unsafe encoder.pack(
        frame, into: UnsafeMutableRawBufferPointer(rebasing: memory[used...]), buffer, isSealed: true, streams: streams)
      encoder.describe(frame, buffer, addingTo: &counts)
      // Copied before the buffer is used again.
      unsafe parts.append(byteCount + UInt64(used), pieces: buffer.pieceWords)
      used += sections.recordByteCount
      frame += 1
    }
    sink.commit(used)
    byteCount += UInt64(used)
    histogram.add(encoder.coding.histogram(counts))
  }

  /// Writes index and end mark; returns the sink, what the index says, and the bytes of the container.
  public consuming func finish() throws(WeftError) -> (sink: Sink, entries: [IndexEntry], byteCount: UInt64) {
    settle()
    let (indexOffset, entries) = (byteCount, entries)
    let index = try IndexRecord(entries, kernel: kernel)
    // The sink takes each run during the call.
    try unsafe index.forEachRun { run throws(WeftError) in try unsafe write(run) }
    let byteCount = byteCount + UInt64(FileHeader.endByteCount)
    try write(.end, bodyByteCount: FileHeader.endByteCount - RecordHeader.byteCount) { end in
      end.append(byteCount)
      end.append(indexOffset)
    }
    return (sink, entries, byteCount)
  }

  /// Appends a record of the entry begun last as it is; frames have pieces.
  mutating func append(record: [UInt8], pieces: some Collection<UInt64>) throws(WeftError) {
    entries[entries.count - 1].parts.append(byteCount, pieces: pieces)
    try write(record)
  }

  mutating func begin(
    _ kind: IndexEntry.Kind, name: PlainText, _ tag: RecordHeader.Tag, _ body: [UInt8]
  ) throws(WeftError) {
    settle()
    if let last = entries.last, case .tensor(let record, _) = last.kind {
      let frames = try record.settings.geometry(of: record.descriptor).frameCount
      precondition(last.parts.count == frames, "a tensor must be complete before the next entry")
    }
    guard entries.count < UInt32.max else { throw WeftError(.limitExceeded, "entries", entry: name) }
    entries.append(IndexEntry(kind: kind, offset: byteCount))
    guard names.append(hash: NamePlaces.hash(name), of: entries) else {
      entries.removeLast()
      throw WeftError(.duplicateName, "container", entry: name)
    }
    try write(tag, bodyByteCount: body.count) { $0.append(body) }
  }

  /// Writes a record whose body, of about `bodyByteCount` bytes, `fill` appends.
  private mutating func write(
    _ tag: RecordHeader.Tag, bodyByteCount: Int, _ fill: (inout ByteBuilder) throws(WeftError) -> Void
  ) throws(WeftError) {
    var record = ByteBuilder(byteCount: padded(RecordHeader.byteCount + bodyByteCount))
    // Room for the header.
    record.append(UInt64(0))
    record.append(UInt64(0))
    try fill(&record)
    record.seal(tag, kernel: kernel)
    try write(record.bytes)
  }

  private mutating func write(_ bytes: [UInt8]) throws(WeftError) {
    byteCount += UInt64(bytes.count)
    // The sink takes the bytes during the call.
    try unsafe withBytes(of: bytes) { bytes throws(WeftError) in try unsafe sink.write(bytes) }
  }

  private mutating func write(_ bytes: UnsafeRawBufferPointer) throws(WeftError) {
    byteCount += UInt64(bytes.count)
    try unsafe sink.write(bytes)
  }
}
