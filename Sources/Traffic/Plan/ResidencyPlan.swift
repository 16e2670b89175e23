/// What stays on chip from layer to layer, and what each layer moves (Model).
///
/// Layers run in order. An activation stays in the activation memory from its layer to its last reader when it fits
/// beside what is there already; otherwise it is written out and read back by every reader. The network's input comes
/// from outside, its outputs go outside. A view moves nothing where all its parts are on chip, and else writes out
/// those that are. Weights come from outside; where they do not fit the weight memory, filters or windows are cut into
/// parts, whichever moves less.
public struct ResidencyPlan: Hashable, Sendable {
  public var layers: [LayerPlan]
  public var memory: MemorySizes

  /// Plans a network with the raw or the stored form of every tensor.
  public init(_ network: TrafficNetwork, memory: MemorySizes, isRaw: Bool) {
    self.memory = memory
    layers = []
    var lastUse: [String: Int] = [:]
    for (index, layer) in network.layers.enumerated() {
      for name in layer.inputs { lastUse[name] = index }
    }
    func form(_ name: String) -> StoredForm {
      guard let tensor = network.activations[name] else { preconditionFailure("activation '\(name)' has no size") }
      return (isRaw ? tensor.raw : tensor.stored).times(memory.batch)
    }
    var resident: [String: Int] = [:]
    func free() -> Int { memory.activationBytes - resident.values.reduce(0, +) }
    for (index, layer) in network.layers.enumerated() {
      let output = form(layer.output)
      let isAsked = network.outputs.contains(layer.output)
      var plan: LayerPlan
      if layer.isView {
        let isOnChip = layer.inputs.allSatisfy { resident[$0] != nil } && !isAsked
        let moves = layer.inputs.map { name in
          // Parts that are on chip join those that are not.
          OperandMove(
            tensor: name, form: form(name), isOnChip: isOnChip || resident[name] == nil, passes: 1, isWrite: true)
        }
        plan = LayerPlan(
          layer: layer, weights: nil, inputs: moves,
          output: OperandMove(tensor: layer.output, form: output, isOnChip: true, passes: 1, isWrite: true),
          loopOrder: .whole)
        if isOnChip {
          for name in Set(layer.inputs) where lastUse[name] == index { resident[name] = nil }
          resident[layer.output] = output.byteCount
        }
      } else {
        let fits = output.byteCount <= free() && !isAsked && lastUse[layer.output] != nil
        plan = ResidencyPlan.plan(layer, output: output, outputFits: fits, form, resident, memory, isRaw: isRaw)
        if fits { resident[layer.output] = output.byteCount }
        // What was read and is needed again stays, where there is room.
        for name in layer.inputs where resident[name] == nil && lastUse[name]! > index && form(name).byteCount <= free()
        {
          resident[name] = form(name).byteCount
        }
      }
      for name in Set(layer.inputs) where lastUse[name] == index { resident[name] = nil }
      layers.append(plan)
    }
  }

  private static func plan(
    _ layer: TrafficLayer, output: StoredForm, outputFits: Bool, _ form: (String) -> StoredForm,
    _ resident: [String: Int], _ memory: MemorySizes, isRaw: Bool
  ) -> LayerPlan {
    var inputs: [OperandMove] = []
    for name in layer.inputs where !inputs.contains(where: { $0.tensor == name }) {
      inputs.append(
        OperandMove(tensor: name, form: form(name), isOnChip: resident[name] != nil, passes: 1, isWrite: false))
    }
    var plan = LayerPlan(
      layer: layer, weights: nil, inputs: inputs,
      output: OperandMove(tensor: layer.output, form: output, isOnChip: outputFits, passes: 1, isWrite: true),
      loopOrder: .whole)
    guard let tensor = layer.weights else { return plan }
    let weights = isRaw ? tensor.raw : tensor.stored
    plan.weights = OperandMove(tensor: tensor.name, form: weights, isOnChip: false, passes: 1, isWrite: false)
    let parts = max(1, (weights.byteCount + memory.weightBytes - 1) / memory.weightBytes)
    guard parts > 1 else { return plan }
    let streamed = inputs.filter { !$0.isOnChip }
    let streamedBytes = streamed.reduce(0) { $0 + $1.form.burstBytes(burst: memory.burst) }
    let held = resident.values.reduce(0, +) + (outputFits ? output.byteCount : 0)
    let room = max(1, memory.activationBytes - held)
    let windowParts = max(1, (streamed.reduce(0) { $0 + $1.form.byteCount } + room - 1) / room)
    let byFilters = (parts - 1) * streamedBytes
    let byWindows = (windowParts - 1) * weights.burstBytes(burst: memory.burst)
    if byFilters <= byWindows {
      plan.loopOrder = .filters
      for index in plan.inputs.indices where !plan.inputs[index].isOnChip { plan.inputs[index].passes = parts }
    } else {
      plan.loopOrder = .windows
      plan.weights?.passes = windowParts
    }
    return plan
  }
}
