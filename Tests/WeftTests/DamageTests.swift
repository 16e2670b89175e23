import TestSupport
import Testing
import Weft

/// What a container does when its bytes are not what was written.
@Suite struct DamageTests {
  /// Two containers, one after the other: tensors of several kinds, one of them compacted, and stored entries.
  static func small() throws -> [UInt8] {
    var random = SplitMix(seed: 3)
    var activations = random.tensor([1, 3, 3, 20], .int8, name: "activations")
    activations.descriptor.zeroPoint = -7
    activations.descriptor.metadata = [MetadataItem(key: "k", value: [1, 2, 3])]
    let sparse = QuantizedTensor(
      descriptor: TensorDescriptor(name: "sparse", shape: [70], elementType: .int16),
      values: (0..<70).map { $0 % 9 == 0 ? $0 * 5 : 0 })
    let first = try Containers.bytes([
      .tensor(activations, PackingRequest(order: .fixed(.channels))),
      .stored(StoredRecord(name: "bias", typeName: "int32", shape: [3], byteCount: 12), Array(0..<12)),
      .tensor(sparse, PackingRequest(compaction: .on)),
    ])
    let second = try Containers.bytes([
      .tensor(random.tensor([5, 3, 1, 4], .uint4, name: "weights"), PackingRequest(order: .fixed(.filters)))
    ])
    return first + second
  }

  private func expectRefused(_ bytes: [UInt8], _ what: String) {
    do throws(WeftError) {
      try Containers.verify(bytes)
      Issue.record("\(what): not refused")
    } catch {
      #expect(error.offset != nil || error.entry != nil, "\(what): \(error)")
    }
  }

  @Test func `every changed byte is refused and its place named`() throws {
    let good = try DamageTests.small()
    try Containers.verify(good)
    for place in good.indices {
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var bad = good
        bad[place] ^= change
        expectRefused(bad, "byte \(place) ^ \(change)")
      }
    }
  }

  /// A frame's checksum is compared while it is unpacked: whole, in part and record by record.
  @Test func `no changed byte of a frame is read`() throws {
    var random = SplitMix(seed: 5)
    let wide = PackingSettings(
      order: .linear, groupSize: .lanes16, block: .group, table: PrecisionTable([2, 12])!, isSigned: true)
    let nothing = PackingSettings(
      order: .linear, groupSize: .lanes8, block: .group, table: PrecisionTable([0, 3])!, isSigned: false)
    let zeros = QuantizedTensor(
      descriptor: TensorDescriptor(name: "zeros", shape: [40], elementType: .int8),
      values: [Int32](repeating: 0, count: 40))
    let items: [Containers.Entry] = [
      .tensor(random.tensor([9000], .int16, name: "words"), PackingRequest(groupSize: .fixed(.lanes16))),
      .tensor(random.tensor([9000], .int8, name: "bytes"), PackingRequest(groupSize: .fixed(.lanes16))),
      .tensor(random.tensor([300], .int16, name: "kept"), PackingRequest(compaction: .on)),
      .tensor(random.tensor([1, 3, 3, 20], .int8, name: "spatial"), PackingRequest(order: .fixed(.spatial))),
      .tensor(random.tensor([1, 3, 3, 20], .int8, name: "channels"), PackingRequest(order: .fixed(.channels))),
      .recorded(random.tensor([100], .int8, name: "wide"), wide), .recorded(zeros, nothing),
    ]
    for item in items {
      let good = try Containers.bytes([item])
      let frames = Containers.records(good).filter { $0.tag == "WFRM" }.map { $0.offset }
      let entry = try ContainerReader(ArraySource(good), kernel: TestKernel.selected).entries[0]
      let first = try #require(frames.first)
      for place in first..<Int(entry.end) where place < first + 200 || place % 11 == 0 || place + 20 > Int(entry.end) {
        var bad = good
        bad[place] ^= UInt8.random(in: 1...255, using: &random)
        let inFrame = place - frames.last { $0 <= place }!
        // Tags and lengths are held against the index first.
        let isChecked = (4..<8).contains(inFrame) || inFrame >= 16
        expectUnread(bad, "byte \(place) of \(entry.name)", isChecked ? .checksumMismatch : nil)
      }
    }
  }

  private func expectUnread(_ bytes: [UInt8], _ what: String, _ rule: WeftError.Rule?) {
    func expect(_ way: String, _ body: () throws -> Void) {
      do {
        try body()
        Issue.record("\(way): \(what) was read")
      } catch let error as WeftError {
        #expect(rule == nil || error.rule == rule, "\(way): \(what): \(error)")
      } catch {
        Issue.record("\(way): \(what): \(error)")
      }
    }
    let kernel = TestKernel.selected
    func reader() throws -> TensorReader<ArraySource, Kernel> {
      let container = try ContainerReader(ArraySource(bytes), kernel: kernel)
      return try TensorReader(container, container.entries[0])
    }
    expect("whole") { _ = try reader().read() }
    expect("row") {
      let reader = try reader()
      // In the frame, whichever that is of the tensor.
      for row in [0, reader.descriptor.shape[0] - 1] { _ = try reader.read(rows: row..<row + 1) }
    }
    expect("records") {
      let reader = try reader()
      let (first, end) = (Int(reader.entry.parts[0]), Int(reader.entry.end))
      var target = [UInt8](repeating: 0, count: reader.descriptor.byteCount)
      try bytes.withUnsafeBytes { all in
        try target.withUnsafeMutableBytes { target in
          try reader.decoder.decode(
            records: UnsafeRawBufferPointer(rebasing: all[first..<end]), into: target,
            scratch: reader.decoder.makeScratch(), checksums: true)
        }
      }
    }
  }

  @Test func `every truncation of a single container is refused`() throws {
    var random = SplitMix(seed: 4)
    let good = try Containers.bytes([.tensor(random.tensor([100], .int16), PackingRequest())])
    for count in 0..<good.count { expectRefused(Array(good.prefix(count)), "first \(count) bytes") }
    expectRefused(good + [0], "a byte more")
    expectRefused([0] + good, "a byte before")
    expectRefused(good + [UInt8](repeating: 0, count: 64), "64 bytes more")
  }

  @Test func `a body length that only rounds up to the right one is refused`() throws {
    var random = SplitMix(seed: 7)
    // Descriptors, chunks and a payload with up to seven bytes to spare.
    let good = try Containers.bytes([
      .tensor(random.tensor([100], .int8, name: "a name"), PackingRequest(compaction: .on)),
      .stored(StoredRecord(name: "b", typeName: "int8", shape: [3], byteCount: 3), [0, 0, 0]),
      .recorded(
        QuantizedTensor(
          descriptor: TensorDescriptor(name: "zeros", shape: [40], elementType: .int8),
          values: [Int32](repeating: 0, count: 40)),
        PackingSettings(
          order: .linear, groupSize: .lanes8, block: .group, table: PrecisionTable([1, 2])!, isSigned: false)),
    ])
    try Containers.verify(good)
    var count = 0
    for (tag, offset) in Containers.records(good) {
      let length = Int(good[offset + 8]) | Int(good[offset + 9]) << 8
      for wrong in (length + 7) / 8 * 8 - 7...(length + 7) / 8 * 8 where wrong != length {
        var bytes = good
        (bytes[offset + 8], bytes[offset + 9]) = (UInt8(wrong & 255), UInt8(wrong >> 8))
        Containers.reseal(&bytes, recordAt: offset)
        expectRefused(bytes, "\(tag) of \(wrong) bytes, not \(length)")
        count += 1
      }
    }
    #expect(count == 7 * Containers.records(good).count)
  }

  @Test func `no resealed change of any record traps or takes long`() throws {
    let good = try DamageTests.small()
    let half = try #require(Containers.starts(good).last)
    let containers = [(0, Array(good[..<half])), (half, Array(good[half...]))]
    #if DEBUG
      let rounds = 4_000
    #else
      let rounds = 60_000
    #endif
    var random = SplitMix(seed: 5)
    var refused = 0
    for round in 0..<rounds {
      var (_, bytes) = containers[round % 2]
      let records = Containers.records(bytes)
      let record = records[Int.random(in: 0..<records.count, using: &random)]
      let end = records.first { $0.offset > record.offset }?.offset ?? bytes.count
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: record.offset + 16..<end, using: &random)
        let interesting: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
        bytes[place] = interesting.randomElement(using: &random)!
      }
      Containers.reseal(&bytes, recordAt: record.offset)
      do throws(WeftError) {
        let reader = try ContainerReader(ArraySource(bytes), kernel: TestKernel.selected)
        try reader.verify()
        for entry in reader.entries where entry.summary != nil {
          let tensor = try TensorReader(reader, entry)
          _ = try tensor.read()
          for block in 0..<min(4, tensor.decoder.geometry.blockCount) { _ = try tensor.read(block: block) }
        }
      } catch {
        refused += 1
      }
      do throws(WeftError) {
        // Reading a part does not check everything; it must still end.
        let reader = try ContainerReader(ArraySource(bytes), kernel: TestKernel.selected)
        for entry in reader.entries where entry.summary != nil {
          let tensor = try TensorReader(reader, entry)
          _ = try tensor.read(rows: 0..<min(1, tensor.descriptor.shape.first ?? 0))
          _ = try tensor.read(block: 0)
        }
      } catch { refused += 0 }
    }
    #expect(refused > rounds / 2, "seed 5")
  }

  @Test func `a size that lies is refused before memory is taken`() throws {
    var random = SplitMix(seed: 6)
    let good = try Containers.bytes([.tensor(random.tensor([64], .int8), PackingRequest())])
    let index = Containers.records(good).first { $0.tag == "WIDX" }!.offset
    // The extent in the index's copy of the descriptor: behind the count, the entry's prefix and 32 bytes.
    let extent = index + 16 + 8 + 16 + 32
    for huge in [UInt64(1) << 20, 1 << 40, 1 << 48, 1 << 49, .max] {
      var bytes = good
      for byte in 0..<8 { bytes[extent + byte] = UInt8(truncatingIfNeeded: huge >> UInt64(8 * byte)) }
      Containers.reseal(&bytes, recordAt: index)
      expectRefused(bytes, "\(huge) values")
    }
  }

  @Test func `extents next to a zero may be large`() throws {
    let descriptor = TensorDescriptor(name: "none", shape: [1 << 48, 0, 1 << 48, 1 << 48], elementType: .int16)
    let tensor = QuantizedTensor(descriptor: descriptor, values: [])
    for order in LaneOrder.allCases {
      let bytes = try Containers.bytes([.tensor(tensor, PackingRequest(order: .fixed(order)))])
      try Containers.verify(bytes)
    }
  }

  @Test func `a large tensor of zeros is an honest one`() throws {
    let count = 3 << 20
    let descriptor = TensorDescriptor(name: "zeros", shape: [count], elementType: .int16)
    let tensor = QuantizedTensor(
      descriptor: descriptor,
      region: ByteRegion(byteCount: 2 * count) { $0.initializeMemory(as: UInt8.self, repeating: 0) })
    let bytes = try Containers.bytes([
      .recorded(
        tensor,
        PackingSettings(
          order: .linear, groupSize: .lanes256, block: .lanes2048, table: PrecisionTable([0])!, isSigned: false))
    ])
    try Containers.verify(bytes)
    #expect(bytes.count < 20_000)
    let reader = try ContainerReader(ArraySource(bytes), kernel: TestKernel.selected)
    #expect(reader.entries[0].summary?.packedBitCount == 0)
  }
}
