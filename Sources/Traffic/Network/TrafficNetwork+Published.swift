import Loom

extension TrafficNetwork {
  /// A network whose shapes and profile are published: every value at its layer's width, raw at 16 bits (Model).
  ///
  /// Layers form a chain: what a layer leaves is what the next one reads, pooled and joined on its way out. Branches
  /// of GoogLeNet's modules are taken one after the other. Widths are Table 1's at 100 %; cycles are static.
  public init(_ published: PublishedNetwork, machine: Machine, onlyConvolutions: Bool = false) {
    let usesProfile = machine.kind != .dpnn
    let model = StaticCycles(machine)
    let chosen = published.layers.filter { !onlyConvolutions || $0.shape.kind != .fullyConnected }
    func tensor(_ name: String, _ count: Int, _ bits: Int?) -> TrafficTensor {
      TrafficTensor(
        name: name, valueCount: count, raw: StoredForm(payloadBits: 16 * count),
        stored: StoredForm(payloadBits: (usesProfile ? bits ?? 16 : 16) * count))
    }
    var activations: [String: TrafficTensor] = [:]
    var layers: [TrafficLayer] = []
    for (index, layer) in chosen.enumerated() {
      let input = "activation \(index)"
      activations[input] = tensor(input, layer.inputCount, layer.activationBits)
      let shape = layer.shape
      let weights = tensor(
        "weights \(layer.name)", shape.groups * shape.filters * shape.taps * shape.fanIn,
        machine.hasSerialWeights ? layer.weightBits : 16)
      layers.append(
        TrafficLayer(
          name: layer.name, type: shape.kind == .fullyConnected ? "fully_connected" : "conv2d", inputs: [input],
          output: "activation \(index + 1)", weights: weights,
          computeCycles: model.cycles(shape, activationBits: layer.activationBits, weightBits: layer.weightBits ?? 16)))
    }
    let last = "activation \(chosen.count)"
    activations[last] = tensor(last, chosen.last?.outputCount ?? 0, nil)
    self.init(
      name: published.name, layers: layers, activations: activations, inputs: ["activation 0"], outputs: [last])
  }
}
