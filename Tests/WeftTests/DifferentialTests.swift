import TestSupport
import Testing
import Weft

/// Whole tensors with settings drawn from everything there is: each kernel beside the scalar one.
@Suite struct KernelDifferentialTests {
  private static let natives = Kernel.all.filter { $0.name != "scalar" }

  private static func shape(_ random: inout SplitMix) -> [Int] {
    let rank = Int.random(in: 0...4, using: &random)
    var left = random.pick([40, 300, 300, 5_000, 5_000, 70_000])
    return (0..<rank).map { axis in
      let extent = axis == rank - 1 ? left : Int.random(in: 1...max(1, min(left, 20)), using: &random)
      left /= max(1, extent)
      return Int.random(in: 0..<100, using: &random) == 0 ? 0 : max(1, extent)
    }
  }

  private static func tensor(_ random: inout SplitMix) -> QuantizedTensor {
    let container = random.pick([ElementType.Container.bits4, .bits8, .bits8, .bits16, .bits16])
    let width =
      Bool.random(using: &random)
      ? Int(container.rawValue) : Int.random(in: 1...Int(container.rawValue), using: &random)
    let type = ElementType(isSigned: Bool.random(using: &random), width: width, container: container)!
    var tensor = random.tensor(shape(&random), type)
    let rank = tensor.descriptor.shape.count
    if rank == 4, Bool.random(using: &random) { tensor.descriptor.layout = TensorLayout("OHWI")! }
    tensor.descriptor.isColumnMajor = Int.random(in: 0..<4, using: &random) == 0
    if Bool.random(using: &random) {
      tensor.descriptor.zeroPoint = Int32.random(in: type.minimum...type.maximum, using: &random)
    }
    return tensor
  }

  private static func request(_ type: ElementType, _ random: inout SplitMix) -> PackingRequest {
    PackingRequest(
      groupSize: random.pick([.auto] + GroupSize.allCases.map { .fixed($0) }),
      order: random.pick([.auto] + LaneOrder.allCases.map { .fixed($0) }),
      block: random.pick([nil, nil, .group, .lanes256, .lanes2048]),
      table: random.pick([
        .auto, .auto, .dense, .layer, .even, .fixed(PrecisionTable([0, 4, 16])!), .fixed(PrecisionTable([1, 5])!),
      ]), compaction: random.pick([.auto, .on, .off]),
      rebase: random.pick([.auto, .fixed(0), .fixed(Int32.random(in: type.minimum...type.maximum, using: &random))]))
  }

  /// Everything a kernel makes of a tensor, or the error it ends in.
  private static func outcome(
    _ tensor: QuantizedTensor, _ request: PackingRequest, _ kernel: Kernel
  ) -> Result<[[UInt8]], WeftError> {
    Result { () throws(WeftError) in
      let packed = try PackedTensor(packing: tensor, request: request, kernel: kernel)
      let again = try packed.unpacked(kernel: kernel)
      guard again.descriptor == tensor.descriptor, again.region.bytes.elementsEqual(tensor.region.bytes) else {
        throw WeftError(.indexMismatch, "unpacked is not what was packed")
      }
      var writer = try ContainerWriter(ArraySink(), kernel: kernel)
      try writer.append(tensor, settings: packed.settings)
      let bytes = try writer.finish().sink.bytes
      try ContainerReader(ArraySource(bytes), kernel: kernel).verify()
      return packed.frames + [bytes]
    }
  }

  @Test func `every kernel packs, unpacks, verifies and refuses what the scalar one does`() throws {
    var refused = 0
    for seed in Differential.seeds(1_000) {
      var random = SplitMix(seed: seed)
      let tensor = Self.tensor(&random)
      let request = Self.request(tensor.descriptor.elementType, &random)
      let expected = Self.outcome(tensor, request, try Kernel.named("scalar"))
      if case .failure(let error) = expected {
        refused += 1
        guard error.rule != .indexMismatch else {
          Issue.record("WEFT_SEED=\(seed): \(error); \(tensor.descriptor), \(request)")
          return
        }
      }
      for kernel in Self.natives where Self.outcome(tensor, request, kernel) != expected {
        Issue.record("WEFT_SEED=\(seed), \(kernel.name): differs; \(tensor.descriptor), \(request)")
        return
      }
    }
    // Most requests suit their tensor, else little is compared.
    #expect(refused <= Differential.seeds(1_000).count / 2, "\(refused) refused")
  }
}
