import Testing
import Traffic

/// Networks of made-up sizes.
enum Sizes {
  static func tensor(_ name: String, bytes: Int) -> TrafficTensor {
    TrafficTensor(
      name: name, valueCount: bytes, raw: StoredForm(payloadBits: 16 * bytes),
      stored: StoredForm(payloadBits: 8 * bytes))
  }

  /// Layers from (name, inputs, output, bytes of weights).
  static func network(
    _ layers: [(String, [String], String, Int?)], _ bytes: [String: Int], views: Set<String> = []
  ) -> TrafficNetwork {
    let made = Set(layers.map(\.2))
    let read = Set(layers.flatMap(\.1))
    return TrafficNetwork(
      name: "made up",
      layers: layers.map { name, inputs, output, weights in
        TrafficLayer(
          name: name, type: "conv2d", inputs: inputs, output: output,
          weights: weights.map { tensor("w " + name, bytes: $0) }, computeCycles: 100, isView: views.contains(name))
      },
      activations: Dictionary(uniqueKeysWithValues: bytes.map { ($0.key, tensor($0.key, bytes: $0.value)) }),
      inputs: read.subtracting(made), outputs: made.subtracting(read))
  }
}

@Suite struct ResidencyTests {
  private func plan(_ network: TrafficNetwork, _ activations: Int, weights: Int = 1 << 20) -> [LayerPlan] {
    ResidencyPlan(
      network, memory: MemorySizes(activationBytes: activations, weightBytes: weights), isRaw: false
    ).layers
  }

  private let chain = Sizes.network(
    [("a", ["x"], "y", 64), ("b", ["y"], "z", 64), ("c", ["z"], "out", 64)], ["x": 100, "y": 200, "z": 300, "out": 40])

  @Test func `what fits stays, and the ends of the network are outside`() {
    let layers = plan(chain, 500)
    #expect(layers.map { $0.inputs[0].isOnChip } == [false, true, true])
    #expect(layers.map(\.output.isOnChip) == [true, true, false])
    #expect(layers.allSatisfy { $0.loopOrder == .whole && $0.weights?.isOnChip == false })
    #expect(layers[2].output.burstBytes(burst: 32) == 64)
  }

  @Test func `an activation that does not fit beside the others is written and read back`() {
    // y (200) stays; z (300) does not fit beside it.
    let layers = plan(chain, 499)
    #expect(layers.map(\.output.isOnChip) == [true, false, false])
    #expect(layers.map { $0.inputs[0].isOnChip } == [false, true, false])
    let none = plan(chain, 0)
    #expect(none.allSatisfy { !$0.output.isOnChip && !$0.inputs[0].isOnChip })
  }

  @Test func `a tensor that is needed later keeps its place until its last reader`() {
    let network = Sizes.network(
      [("a", ["x"], "y", 8), ("b", ["y"], "z", 8), ("c", ["z", "y"], "s", 8), ("d", ["s"], "out", 8)],
      ["x": 10, "y": 200, "z": 200, "s": 200, "out": 8])
    #expect(plan(network, 600).map(\.output.isOnChip) == [true, true, true, false])
    // y and z together leave no room for s.
    #expect(plan(network, 599).map(\.output.isOnChip) == [true, true, false, false])
  }

  @Test func `views move nothing on chip, and write out what is on chip when a part is not`() {
    let network = Sizes.network(
      [("a", ["x"], "p", 8), ("b", ["x"], "q", 8), ("join", ["p", "q"], "j", nil), ("c", ["j"], "out", 8)],
      ["x": 10, "p": 100, "q": 100, "j": 200, "out": 8], views: ["join"])
    let fits = plan(network, 300)
    #expect(!fits[2].moves.contains { !$0.isOnChip })
    #expect(fits[3].inputs[0].isOnChip)
    let spills = plan(network, 150)
    #expect(spills[2].moves.filter { !$0.isOnChip }.map(\.tensor) == ["p"])
    #expect(spills[2].inputs[0].isWrite)
    #expect(!spills[3].inputs[0].isOnChip)
  }

  @Test func `weights that do not fit are cut by filters or windows, whichever moves less`() {
    // 1,000 bytes of weights in parts of 300: inputs of 64 bytes come four times.
    let few = Sizes.network([("a", ["x"], "out", 1000)], ["x": 64, "out": 8])
    let byFilters = plan(few, 10, weights: 300)[0]
    #expect(byFilters.loopOrder == .filters)
    #expect(byFilters.inputs[0].passes == 4 && byFilters.weights?.passes == 1)
    // Inputs of 10,000 bytes in parts of 6,000: weights come twice instead.
    let many = Sizes.network([("a", ["x"], "out", 1000)], ["x": 10_000, "out": 8])
    let byWindows = plan(many, 6_000, weights: 300)[0]
    #expect(byWindows.loopOrder == .windows)
    #expect(byWindows.inputs[0].passes == 1 && byWindows.weights?.passes == 2)
  }

  @Test func `a batch takes room for every image`() {
    let memory = MemorySizes(activationBytes: 500, batch: 2)
    let layers = ResidencyPlan(chain, memory: memory, isRaw: false).layers
    #expect(layers.map(\.output.isOnChip) == [true, false, false])
    #expect(layers[0].inputs[0].form.payloadBits == 2 * 800)
    #expect(layers[0].weights?.form.payloadBits == 8 * 64)
  }

  @Test func `sections are rounded to bursts one by one`() {
    let form = StoredForm(payloadBits: 257, headerBits: 1, maskBits: 0, indexBits: 999)
    #expect(form.sections(burst: 32) == [64, 32])
    #expect(form.burstBytes(burst: 32) == 96)
    #expect(form.byteCount == 33)
  }
}
