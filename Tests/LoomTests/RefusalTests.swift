import Loom
import Networks
import Testing

@testable import Weft

/// What cannot run ends in one clear error.
@Suite struct RefusalTests {
  private func failure(
    _ layer: RandomLayer, _ options: RunOptions = RunOptions(), graph: LayerGraph? = nil,
    packed: ((String, LaneOrder) throws -> PackedTensor?)? = nil, bias: Int64? = nil
  ) -> String {
    do {
      let source = layer.source()
      let run = try NetworkRun(
        graph: graph ?? layer.graph, machine: Machine(.loom1), options: options, kernel: .best,
        source: OperandSource(
          packed: packed ?? source.packed,
          integers: { name in
            let values = try source.integers(name)
            return values.map { values in values.map { bias ?? $0 } }
          }))
      try run.run(sample: "s") { _ in }
      return "no error"
    } catch { return "\(error)" }
  }

  private let layer: RandomLayer

  init() throws { layer = try RandomLayer(RandomLayer.Shape.all[0], seed: 30) }

  @Test func `a damaged packed tensor is refused with its rule`() throws {
    let source = layer.source()
    for name in ["x", "w"] {
      let message = failure(layer) { asked, order in
        guard let good = try source.packed(asked, order), asked == name else { return try source.packed(asked, order) }
        var frames = good.frames
        // The first byte of the headers' size.
        frames[0][24] ^= 1
        return PackedTensor(good.descriptor, settings: good.settings, frames: frames, histogram: good.summary.histogram)
      }
      #expect(message.contains("size does not follow") || message.contains("padding"), "\(message)")
      #expect(message.contains("entry \(name)"), "\(message)")
    }
  }

  @Test func `a histogram that hides planes is refused`() throws {
    let source = layer.source()
    let message = failure(layer) { asked, order in
      guard let good = try source.packed(asked, order), asked == "x" else { return try source.packed(asked, order) }
      var histogram = PrecisionHistogram()
      histogram[1] = good.summary.histogram.groupCount
      return PackedTensor(good.descriptor, settings: good.settings, frames: good.frames, histogram: histogram)
    }
    #expect(message.contains("index differs"), "\(message)")
  }

  @Test func `compacted tensors and storage orders are refused, and the option is named`() throws {
    let input = layer.input
    func packed(_ request: PackingRequest) -> (String, LaneOrder) throws -> PackedTensor? {
      let source = layer.source()
      return { name, order in
        name == "x"
          ? try PackedTensor(packing: input, request: request, kernel: Kernel.best) : try source.packed(name, order)
      }
    }
    let compacted = PackingRequest(order: .fixed(.linear), compaction: .on)
    #expect(failure(layer, packed: packed(compacted)).contains("--zero-compaction off"))
    #expect(
      failure(layer, packed: packed(PackingRequest(order: .fixed(.spatial), compaction: .off))).contains(
        "--order channels"))
    #expect(
      failure(layer, packed: packed(PackingRequest(order: .fixed(.channels), compaction: .off, rebase: .fixed(1))))
        .contains("--rebase auto"))
  }

  @Test func `weights of another shape are refused`() throws {
    let other = try RandomLayer(RandomLayer.Shape.all[1], seed: 31)
    let (source, others) = (layer.source(), other.source())
    let message = failure(layer) { name, order in
      try name == "w" ? others.packed(name, order) : source.packed(name, order)
    }
    #expect(message.contains("shape") && message.contains("layer 'layer'"), "\(message)")
  }

  @Test func `weights packed without their convolution groups are refused`() throws {
    let grouped = try RandomLayer(
      try #require(RandomLayer.Shape.all.first { $0.name == "groups of 24 channels" }), seed: 32)
    var weights = grouped.weights
    weights.descriptor.convolutionGroups = 1
    let tensor = weights
    let source = grouped.source()
    let message = failure(grouped) { name, order in
      try name == "w" ? OperandPacking(kernel: .best).pack(tensor, order: order) : source.packed(name, order)
    }
    #expect(message.contains("convolution groups"), "\(message)")
  }

  @Test func `a sum that leaves its accumulator is refused`() throws {
    let wide = try RandomLayer(
      try #require(RandomLayer.Shape.all.first { $0.name == "1x1, 16 bits" }), seed: 33)
    var graph = wide.graph
    graph.layers[0].accumulatorType = .int32
    for bias in [Int64(1) << 40, -1 << 40, 1 << 62] {
      let message = failure(wide, graph: graph, bias: bias)
      #expect(message.contains("overflow") && message.contains("leaves int32"), "\(message)")
    }
    graph.layers[0].accumulatorType = .int64
    #expect(failure(wide, graph: graph, bias: Int64.max).contains("overflow"))
  }

  @Test func `values beyond the profile are refused where its widths are spent`() throws {
    var graph = layer.graph
    graph.layers[0].profile = PrecisionProfile(
      activationBits: 2, activationLowBitsDropped: 1, weightBits: 3, weightLowBitsDropped: 0)
    let options = RunOptions(timing: TimingOptions(precision: .profile, trims: true))
    let message = failure(layer, options, graph: graph)
    #expect(message.contains("does not fit the profile's 2"), "\(message)")
    #expect(failure(layer, options).contains("no layer has a precision profile"))
  }

  @Test func `what is not there is named`() throws {
    let source = layer.source()
    for name in ["x", "w"] {
      let message = failure(layer) { asked, order in asked == name ? nil : try source.packed(asked, order) }
      #expect(message.contains("missing"), "\(message)")
    }
    var graph = layer.graph
    graph.layers[0].requantization = nil
    #expect(failure(layer, graph: graph).contains("no rule says"))
  }
}
