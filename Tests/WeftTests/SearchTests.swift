import TestSupport
import Testing
import Weft

/// `auto` takes the fewest bits, and ties go as SPEC.md section 6 says.
@Suite struct SearchTests {
  @Test func `the table search equals trying every table`() {
    var random = SplitMix(seed: 31)
    for _ in 0..<60 {
      var histogram = PrecisionHistogram()
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        histogram[Int.random(in: 0...8, using: &random)] += Int.random(in: 0...40, using: &random)
      }
      for groupSize in [GroupSize.lanes8, .lanes32] {
        let found = PrecisionTable.smallest(for: histogram, groupSize: groupSize)
        var best: (bits: Int, table: PrecisionTable)?
        for members in 1..<UInt32(1 << 9) {
          let table = PrecisionTable(set: members)!
          guard let stored = histogram.stored(through: table) else { continue }
          let bits = stored.payloadBitCount(groupSize: groupSize) + histogram.groupCount * table.headerBitCount
          if let held = best {
            let new = (bits, table.count), old = (held.bits, held.table.count)
            if new > old { continue }
            if new == old, !table.entries.lexicographicallyPrecedes(held.table.entries) { continue }
          }
          best = (bits, table)
        }
        #expect(found.bitCount == best?.bits && found.table == best?.table, "seed 31")
      }
    }
  }

  @Test func `auto is never larger than a single setting, nor than raw and the bound`() throws {
    var random = SplitMix(seed: 32)
    let kernel = TestKernel.selected
    for type in [ElementType.int8, .uint8, .int16, .uint16, .int4] {
      for sparsity in [0, 3] {
        var tensor = random.tensor([3, 7, 5, 20], type)
        if sparsity > 0 {
          let sparse = tensor.values.map { Int.random(in: 0...sparsity, using: &random) == 0 ? $0 : 0 }
          tensor = QuantizedTensor(descriptor: tensor.descriptor, values: sparse)
        }
        tensor.descriptor.zeroPoint = Int32.random(in: type.minimum...type.maximum, using: &random)
        for groupSize in [GroupSize.lanes8, .lanes16, .lanes256] {
          for order in LaneOrder.allCases { try check(tensor, groupSize, order, kernel) }
        }
      }
    }
  }

  private func check(
    _ tensor: QuantizedTensor, _ groupSize: GroupSize, _ order: LaneOrder, _ kernel: Kernel
  ) throws {
    func bits(_ request: PackingRequest) -> Int? {
      try? PackedTensor(packing: tensor, request: request, kernel: kernel).summary.packedBitCount
    }
    let base = PackingRequest(groupSize: .fixed(groupSize), order: .fixed(order))
    guard let auto = bits(base) else { return }
    let type = tensor.descriptor.elementType
    let values = tensor.values
    let frequent = Dictionary(grouping: values) { $0 }.max { ($0.value.count, -$0.key) < ($1.value.count, -$1.key) }!
      .key
    let constants: [Int32] =
      order.isArrayOrder ? [tensor.descriptor.zeroPoint!] : [0, tensor.descriptor.zeroPoint!, values.min()!, frequent]
    for constant in constants where constant >= type.minimum {
      for table: PackingRequest.TableChoice in [.auto, .dense, .layer, .even, .fixed(PrecisionTable([0, 3, 7, 16])!)] {
        for compaction: PackingRequest.CompactionChoice in order.isArrayOrder ? [.off] : [.off, .on] {
          var request = base
          (request.table, request.compaction, request.rebase) = (table, compaction, .fixed(constant))
          if let single = bits(request) { #expect(auto <= single, "\(order) \(groupSize) \(request)") }
        }
      }
    }
    if !order.isArrayOrder {
      #expect(auto <= PackingSettings.bitBound(type, valueCount: values.count, groupSize: groupSize))
      #expect(auto <= values.count * type.width + type.width * (groupSize.laneCount - 1))
    }
    var any = base
    (any.groupSize, any.order) = (.auto, .auto)
    if order == .linear, let smallest = bits(any) { #expect(smallest <= auto) }
  }

  @Test func `ties go to fewer entries, no compaction, the first constant, unsigned, linear and 16`() throws {
    let kernel = TestKernel.selected
    let zeros = QuantizedTensor(
      descriptor: TensorDescriptor(name: "t", shape: [4, 16, 16], elementType: .int8),
      values: [Int32](repeating: 0, count: 1024))
    let request = PackingRequest(groupSize: .auto, order: .auto)
    let settings = try SettingsSearch(zeros, request: request, kernel: kernel).smallest()
    #expect(
      settings
        == PackingSettings(
          order: .linear, groupSize: .lanes16, block: .group, table: PrecisionTable([0])!, isSigned: false))
    let empty = QuantizedTensor(descriptor: TensorDescriptor(name: "t", shape: [0], elementType: .int8), values: [])
    #expect(try SettingsSearch(empty, request: request, kernel: kernel).smallest() == settings)
  }

  @Test func `the constant that helps most is subtracted`() throws {
    let kernel = TestKernel.selected
    let tensor = QuantizedTensor(
      descriptor: TensorDescriptor(name: "t", shape: [64], elementType: .int16),
      values: (0..<64).map { 1000 + $0 % 8 })
    let settings = try SettingsSearch(tensor, request: PackingRequest(), kernel: kernel).smallest()
    #expect(settings.rebase == 1000 && settings.table.entries == [3] && !settings.isSigned)
  }
}
