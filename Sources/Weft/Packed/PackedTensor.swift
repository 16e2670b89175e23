/// A packed tensor in memory: its settings and the records of its frames.
public struct PackedTensor: Sendable {
  public let descriptor: TensorDescriptor
  public let settings: PackingSettings
  /// One `WFRM` record a frame.
  public let frames: [[UInt8]]
  public let summary: TensorSummary

  /// Packs `tensor` with the settings that answer `request` in the fewest bits. Throws when a fixed setting does
  /// not fit. Cost: two passes over the values, more where several group sizes or orders are tried.
  @specialized(where K == Kernel)
  public init<K: CodecKernel>(
    packing tensor: QuantizedTensor, request: PackingRequest = PackingRequest(), kernel: K
  ) throws(WeftError) {
    let settings = try SettingsSearch(tensor, request: request, kernel: kernel).smallest()
    try self.init(packing: tensor, settings: settings, kernel: kernel)
  }

  /// Packs `tensor` with recorded settings. Throws when they do not fit it. Cost: one pass over the values.
  @specialized(where K == Kernel)
  public init<K: CodecKernel>(
    packing tensor: QuantizedTensor, settings: PackingSettings, kernel: K
  ) throws(WeftError) {
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    let buffer = encoder.makeBuffer()
    var frames: [[UInt8]] = []
    var histogram = PrecisionHistogram()
    for frame in 0..<encoder.frameCount {
      try encoder.encode(frame: frame, into: buffer)
      unsafe frames.append([UInt8](buffer.record))
      histogram.add(buffer.histogram)
    }
    self.descriptor = tensor.descriptor
    self.settings = settings
    self.frames = frames
    summary = TensorSummary(tensor.descriptor, settings: settings, histogram: histogram)
  }

  /// Joins what was packed elsewhere.
  init(_ descriptor: TensorDescriptor, settings: PackingSettings, frames: [[UInt8]], histogram: PrecisionHistogram) {
    self.descriptor = descriptor
    self.settings = settings
    self.frames = frames
    summary = TensorSummary(descriptor, settings: settings, histogram: histogram)
  }

  /// Takes a tensor's frames out of a container, every checksum checked. Throws what reading throws. Cost: memory
  /// for the packed bytes.
  public init<Source: ByteSource, K: CodecKernel>(_ reader: TensorReader<Source, K>) throws(WeftError) {
    descriptor = reader.descriptor
    settings = reader.settings
    var frames: [[UInt8]] = []
    for frame in 0..<reader.frameCount { frames.append(try reader.record(ofFrame: frame)) }
    self.frames = frames
    summary = reader.summary
  }

  /// Hands out all planes of the tensor, run after run in lane order, with `planeCount` planes a run. Throws the rule
  /// of SPEC.md that a frame breaks. Cost: a word a plane and group.
  public func forEachPlaneRun<K: CodecKernel>(
    planeCount: Int, kernel: K, _ body: (PlaneRun) -> Void
  ) throws(WeftError) {
    let decoder = try FrameDecoder(descriptor, settings: settings, kernel: kernel)
    let scratch = decoder.makeScratch()
    for (frame, record) in frames.enumerated() {
      // The whole record, read during the call.
      try unsafe withBytes(of: record) { bytes throws(WeftError) in
        try unsafe decoder.forEachPlaneRun(
          frame: frame, record: bytes, at: 0, planeCount: planeCount, scratch: scratch, body)
      }
    }
  }

  /// Hands out the sections of all frames in order: mask, headers, rows; what a DRAM would hold of the tensor.
  public func forEachSection(_ body: (UnsafeRawBufferPointer) -> Void) {
    for record in frames {
      // Records come from an encoder or a reader, with their prefix; sections are handed out where the record has them.
      unsafe record.withUnsafeBytes { bytes in
        func size(_ field: Int) -> Int {
          unsafe Int(
            UInt32(
              littleEndian: bytes.loadUnaligned(fromByteOffset: RecordHeader.byteCount + 4 * field, as: UInt32.self)))
        }
        let sections = FrameSections(mask: size(1), headers: size(2), payload: size(3))
        for section in [sections.mask, sections.headers, sections.payload] where section.upperBound <= bytes.count {
          unsafe body(UnsafeRawBufferPointer(rebasing: bytes[section]))
        }
      }
    }
  }

  /// The tensor again. Cost: one pass over the packed bytes.
  @specialized(where K == Kernel)
  public func unpacked<K: CodecKernel>(kernel: K) throws(WeftError) -> QuantizedTensor {
    let decoder = try FrameDecoder(descriptor, settings: settings, kernel: kernel)
    // The region gives the memory back; the window has room for all elements, and every frame is read.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: descriptor.byteCount, alignment: 64)
    let region = unsafe ByteRegion(adopting: UnsafeRawBufferPointer(memory)) { unsafe $0.deallocate() }
    let window = unsafe ElementWindow(indices: 0..<descriptor.valueCount, memory: memory)
    let scratch = decoder.makeScratch()
    for (frame, record) in frames.enumerated() {
      try unsafe withBytes(of: record) { bytes throws(WeftError) in
        try unsafe decoder.decode(frame: frame, record: bytes, at: 0, scratch: scratch, into: window)
      }
    }
    return QuantizedTensor(descriptor: descriptor, region: region)
  }
}

/// `withUnsafeBytes` that keeps the error's type.
@inline(__always)
func withBytes<Element: BitwiseCopyable, Result>(
  of array: [Element], _ body: (UnsafeRawBufferPointer) throws(WeftError) -> Result
) throws(WeftError) -> Result {
  // The body gets all bytes of the array, which lives through the call.
  try unsafe array.span.bytes.withUnsafeBytes(body)
}
