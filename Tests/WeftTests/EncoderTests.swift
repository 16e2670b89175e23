import TestSupport
import Testing
import Weft

/// The encoder against the slow one, bit for bit.
@Suite struct EncoderTests {
  static let layouts: [(layout: String, shape: [Int], groups: Int)] = [
    ("NHWC", [2, 3, 4, 20], 1), ("NCHW", [2, 20, 3, 4], 1), ("NC", [3, 35], 1), ("NHWC", [1, 9, 7, 3], 1),
    ("CHWN", [18, 2, 3, 2], 1), ("OHWI", [131, 2, 1, 17], 1), ("OIHW", [5, 33, 2, 2], 1), ("HWIO", [3, 2, 5, 9], 1),
    ("OHWI", [6, 3, 3, 3], 1), ("OI", [140, 40], 1), ("OHWI", [8, 3, 3, 24], 4), ("OHWI", [6, 2, 2, 5], 3),
    ("1HWC", [1, 3, 3, 40], 1), ("C1HW", [24, 1, 3, 3], 1), ("1HWC", [1, 5, 5, 7], 1), ("C", [50], 1),
  ]

  @Test(arguments: layouts.indices, [false, true])
  func `sections are those of the slow encoder`(number: Int, isColumnMajor: Bool) throws {
    let (text, shape, groups) = EncoderTests.layouts[number]
    var random = SplitMix(seed: UInt64(100 + number))
    let types: [ElementType] = [
      .int8, .uint8, .int16, .uint16, .int4, .uint4, ElementType(isSigned: true, width: 5, container: .bits8)!,
      ElementType(isSigned: false, width: 11, container: .bits16)!,
      ElementType(isSigned: true, width: 1, container: .bits4)!,
    ]
    // One for all of them, as a writer has it.
    var buffer: FrameBuffer?
    for type in types {
      var tensor = random.tensor(shape, type)
      tensor.descriptor.layout = TensorLayout(text)!
      tensor.descriptor.isColumnMajor = isColumnMajor
      tensor.descriptor.convolutionGroups = groups
      if Bool.random(using: &random) {
        tensor.descriptor.zeroPoint = Int32.random(in: type.minimum...type.maximum, using: &random)
      }
      for order in LaneOrder.allCases {
        for groupSize in GroupSize.allCases where Int.random(in: 0..<2, using: &random) == 0 {
          for block in BlockSize.allCases {
            let compaction: PackingRequest.CompactionChoice =
              order.isArrayOrder ? .off : Bool.random(using: &random) ? .on : .auto
            let request = PackingRequest(
              groupSize: .fixed(groupSize), order: .fixed(order), block: block,
              table: [.auto, .dense, .layer, .even].randomElement(using: &random)!, compaction: compaction)
            try check(tensor, request, &buffer)
          }
        }
      }
    }
  }

  private func check(_ tensor: QuantizedTensor, _ request: PackingRequest, _ used: inout FrameBuffer?) throws {
    let kernel = TestKernel.selected
    let settings: PackingSettings
    do throws(WeftError) {
      settings = try SettingsSearch(tensor, request: request, kernel: kernel).smallest()
    } catch {
      #expect([.orderNotApplicable, .precisionAboveSixteen].contains(error.rule), "\(error)")
      return
    }
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    let slow = SlowEncoder(tensor, settings)
    #expect(encoder.frameCount == slow.frameCount)
    let buffer = encoder.makeBuffer(from: used)
    used = buffer
    for frame in 0..<encoder.frameCount {
      try encoder.encode(frame: frame, into: buffer)
      let expected = try #require(slow.frame(frame))
      let sections = buffer.sections
      let found = [sections.mask, sections.headers, sections.payload].map { [UInt8](buffer.bytes(of: $0)) }
      let bits = [expected.mask, expected.headers, expected.payload]
      #expect(found == bits.map(SlowEncoder.bytes), "\(tensor.descriptor) \(settings)")
    }
    let packed = try PackedTensor(packing: tensor, settings: settings, kernel: kernel)
    #expect(try packed.unpacked(kernel: kernel).values == tensor.values)
    let decoder = try FrameDecoder(tensor.descriptor, settings: settings, kernel: kernel)
    let scratch = decoder.makeScratch()
    for (frame, record) in packed.frames.enumerated() {
      try record.withUnsafeBytes { _ = try decoder.verify(frame: frame, record: $0, at: 0, scratch: scratch) }
    }
  }

  @Test func `frames may be packed in any order and on any thread`() async throws {
    var random = SplitMix(seed: 21)
    let tensor = random.tensor([300_000], .int16)
    let kernel = TestKernel.selected
    let settings = try SettingsSearch(tensor, request: PackingRequest(), kernel: kernel).smallest()
    let expected = try PackedTensor(packing: tensor, settings: settings, kernel: kernel).frames
    let encoder = try FrameEncoder(tensor, settings: settings, kernel: kernel)
    let found = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
      for frame in (0..<encoder.frameCount).reversed() {
        group.addTask {
          let buffer = encoder.makeBuffer()
          try encoder.encode(frame: frame, into: buffer)
          return (frame, [UInt8](buffer.record))
        }
      }
      return try await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
    }
    #expect(expected.indices.allSatisfy { found[$0] == expected[$0] })
    #expect(try PackedTensor(packing: tensor, settings: settings, kernel: kernel).frames == expected)
  }

  @Test func `settings that do not fit are refused`() throws {
    let kernel = TestKernel.selected
    let tensor = QuantizedTensor(
      descriptor: TensorDescriptor(name: "t", shape: [2, 20], elementType: .uint16),
      values: (0..<40).map { $0 == 3 ? 65_535 : $0 * 100 })
    func rule(_ request: PackingRequest) -> WeftError.Rule? {
      do throws(WeftError) {
        _ = try PackedTensor(packing: tensor, request: request, kernel: kernel)
        return nil
      } catch { return error.rule }
    }
    #expect(rule(PackingRequest(table: .fixed(PrecisionTable([0, 9])!))) == .precisionTooSmall)
    #expect(rule(PackingRequest(rebase: .fixed(70_000))) == .fieldOutOfRange)
    #expect(rule(PackingRequest(order: .fixed(.channels), rebase: .fixed(1))) == .precisionAboveSixteen)
    #expect(rule(PackingRequest(order: .fixed(.channels), compaction: .on)) == .settingNotApplicable)
    var settings = PackingSettings.raw(.uint16)
    settings.order = .filters
    settings.isSigned = true
    #expect(throws: WeftError.self) { try PackedTensor(packing: tensor, settings: settings, kernel: kernel) }
    settings.isCompacted = true
    #expect(throws: WeftError.self) { try PackedTensor(packing: tensor, settings: settings, kernel: kernel) }
    var grouped = tensor
    grouped.descriptor.convolutionGroups = 3
    #expect(throws: WeftError.self) {
      try PackedTensor(packing: grouped, request: PackingRequest(order: .fixed(.filters)), kernel: kernel)
    }
    var exact = PackingSettings.raw(.uint16)
    exact.order = .channels
    exact.rebase = 1
    #expect(throws: WeftError.self) { try PackedTensor(packing: tensor, settings: exact, kernel: kernel) }
    exact.rebase = -1
    #expect(throws: WeftError.self) { try PackedTensor(packing: tensor, settings: exact, kernel: kernel) }
    var narrow = PackingSettings.raw(.uint16)
    narrow.table = PrecisionTable([3])!
    #expect(throws: WeftError.self) { try PackedTensor(packing: tensor, settings: narrow, kernel: kernel) }
  }
}

/// Containers in the caller's memory.
@Suite struct MemoryContainerTests {
  @Test(arguments: [LaneOrder.linear, .spatial], [false, true])
  func `a container laid down in memory is the same, and is read where it lies`(
    order: LaneOrder, isCompacted: Bool
  ) throws {
    var random = SplitMix(seed: 81)
    let kernel = TestKernel.selected
    var tensor = random.tensor([5, 70, 41, 12], .int16)
    tensor = QuantizedTensor(
      descriptor: tensor.descriptor, values: tensor.values.map { Bool.random(using: &random) ? $0 : 0 })
    let settings = PackingSettings(
      order: order, groupSize: .lanes16, block: .group, table: .dense(width: 16), isSigned: true,
      isCompacted: isCompacted)
    var collector = try ContainerWriter(ArraySink(), kernel: kernel)
    try collector.append(tensor, settings: settings)
    let expected = try collector.finish().sink.bytes

    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * expected.count, alignment: 8)
    defer { room.deallocate() }
    var writer = try ContainerWriter(MemorySink(room), kernel: kernel)
    try writer.append(tensor, settings: settings)
    let (sink, _, byteCount) = try writer.finish()
    #expect(sink.byteCount == expected.count && Int(byteCount) == expected.count)
    let written = UnsafeRawBufferPointer(rebasing: room[..<sink.byteCount])
    #expect(written.elementsEqual(expected))

    let source = MemorySource(ByteRegion(copying: expected))
    let reader = try ContainerReader(source, kernel: kernel)
    let again = try TensorReader(reader, reader.entries[0]).read()
    #expect(again.values == tensor.values)
    #expect(throws: WeftError.self) {
      let small = UnsafeMutableRawBufferPointer(rebasing: room[..<(expected.count / 2)])
      var writer = try ContainerWriter(MemorySink(small), kernel: kernel)
      try writer.append(tensor, settings: settings)
      _ = try writer.finish()
    }
  }
}

/// Memory that ends right before a page nobody may touch.
@Suite struct EncoderMemoryTests {
  @Test(arguments: Kernel.all.map(\.name), [ElementType.int8, .int16])
  func `records go into as many bytes as they have, and into less are refused without a write beyond`(
    kernel: String, type: ElementType
  ) throws {
    var random = SplitMix(seed: 7)
    let tensor = random.tensor([70, 1000], type)
    for (table, groupSize) in [
      (PrecisionTable.dense(width: type.width), GroupSize.lanes16), (PrecisionTable([16])!, .lanes64),
    ] {
      let settings = PackingSettings(
        order: .linear, groupSize: groupSize, block: .group, table: table, isSigned: true, rebase: 0, isCompacted: false
      )
      let encoder = try FrameEncoder(tensor, settings: settings, kernel: Kernel.named(kernel))
      let buffer = encoder.makeBuffer()
      let room = GuardedBytes(encoder.byteBound)
      let byteCount = try encoder.encode(into: room.bytes, buffer: buffer)
      let records = Array(room.array[..<byteCount])
      for missing in [0, 1, 2, 8, 31, 32, 33, 500, 5000, byteCount - 1, byteCount] {
        let memory = GuardedBytes(byteCount - missing)
        if missing == 0 {
          #expect(try encoder.encode(into: memory.bytes, buffer: buffer) == byteCount)
          #expect(memory.array == records)
        } else {
          #expect(throws: WeftError.self) { try encoder.encode(into: memory.bytes, buffer: buffer) }
        }
        keep(memory)
      }
      keep(room)
    }
  }
}
