import TestSupport
import Testing
import Weft

/// Parts of a container are read without the rest.
@Suite struct RandomAccessTests {
  static let tensors: [QuantizedTensor] = {
    var random = SplitMix(seed: 11)
    return [
      random.tensor([300, 3, 3, 40], .int16, name: "a"), random.tensor([1, 30, 50, 70], .int8, name: "b"),
      random.tensor([70_000], .uint16, name: "c"),
    ]
  }()

  private func open(_ order: PackingRequest.OrderChoice, compaction: PackingRequest.CompactionChoice = .off) throws
    -> (CountingSource, ContainerReader<CountingSource, Kernel>, Int)
  {
    let entries = RandomAccessTests.tensors.map { tensor -> Containers.Entry in
      let isArray = if case .fixed(let fixed) = order { fixed.isArrayOrder } else { false }
      let applies = tensor.descriptor.shape.count == 4 || !isArray
      return .tensor(
        tensor, PackingRequest(order: applies ? order : .fixed(.linear), compaction: isArray ? .off : compaction))
    }
    let bytes = try Containers.bytes(entries)
    let source = CountingSource(bytes)
    return (source, try ContainerReader(source, kernel: TestKernel.selected), bytes.count)
  }

  @Test func `opening reads the index and one tensor reads its frames`() throws {
    let (source, reader, total) = try open(.fixed(.linear))
    #expect(source.bytesRead < total / 50)
    let before = source.bytesRead
    let entry = try reader.entry(named: "b")
    let tensor = try TensorReader(reader, entry).read()
    #expect(tensor.values == RandomAccessTests.tensors[1].values)
    let own = Int(entry.end - entry.parts[0])
    #expect(source.bytesRead - before <= own + 16 * entry.parts.count)
  }

  @Test(arguments: [LaneOrder.linear, .filters])
  func `rows of axis 0 are read without the other frames`(order: LaneOrder) throws {
    let (source, reader, _) = try open(.fixed(order))
    let tensor = try TensorReader(reader, reader.entry(named: "a"))
    let all = RandomAccessTests.tensors[0].values
    let row = 3 * 3 * 40
    for rows in [0..<1, 5..<9, 127..<129, 299..<300, 40..<40, 0..<300] {
      let before = source.bytesRead
      let part = try tensor.read(rows: rows)
      #expect(part.values == Array(all[rows.lowerBound * row..<rows.upperBound * row]))
      let frames = Double(source.bytesRead - before) / Double(tensor.entry.end - tensor.entry.parts[0])
      // 128 filters of 300 lie together in `filters`; a frame is 65,536 lanes in `linear`.
      if rows.count < 10 { #expect(frames < (order == .linear || rows.count == 2 ? 0.95 : 0.6), "\(rows) \(frames)") }
      if rows.isEmpty { #expect(source.bytesRead == before) }
    }
  }

  @Test(arguments: [LaneOrder.spatial, .channels])
  func `rows come back in every order`(order: LaneOrder) throws {
    let (_, reader, _) = try open(.fixed(order))
    let part = try TensorReader(reader, reader.entry(named: "a")).read(rows: 7..<12)
    #expect(part.values == Array(RandomAccessTests.tensors[0].values[7 * 360..<12 * 360]))
    #expect(part.descriptor.shape == [5, 3, 3, 40])
  }

  @Test func `rows of a column-major tensor come back`() throws {
    var random = SplitMix(seed: 12)
    var tensor = random.tensor([6, 5, 4], .int16)
    tensor.descriptor.isColumnMajor = true
    let bytes = try Containers.bytes([.tensor(tensor, PackingRequest())])
    let reader = try ContainerReader(ArraySource(bytes), kernel: TestKernel.selected)
    let part = try TensorReader(reader, reader.entry(named: "t")).read(rows: 2..<4)
    var expected: [Int32] = []
    for column in 0..<20 { expected += [tensor[column * 6 + 2], tensor[column * 6 + 3]] }
    #expect(part.values == expected)
  }

  @Test(arguments: LaneOrder.allCases, [PackingRequest.CompactionChoice.off, .on])
  func `a block is read without the rest of its frame`(order: LaneOrder, compaction: PackingRequest.CompactionChoice)
    throws
  {
    let (source, reader, _) = try open(.fixed(order), compaction: compaction)
    for name in ["a", "b"] {
      let tensor = try TensorReader(reader, reader.entry(named: name))
      let geometry = tensor.decoder.geometry
      let expected = RandomAccessTests.tensors[name == "a" ? 0 : 1]
      let blocks = SlowLanes.blocks(expected.descriptor, tensor.settings)
      #expect(blocks.count == geometry.blockCount)
      let step = max(1, geometry.blockCount / 23)
      for block in stride(from: 0, to: geometry.blockCount, by: step) {
        let before = source.bytesRead
        let values = try tensor.read(block: block)
        #expect(source.bytesRead - before < 12_000, "a piece is at most 4,096 lanes")
        #expect(values == blocks[block].map { $0.map { expected[$0] } ?? tensor.settings.rebase })
      }
    }
    #expect(throws: WeftError.self) { try TensorReader(reader, reader.entry(named: "a")).read(block: -1) }
  }
}
