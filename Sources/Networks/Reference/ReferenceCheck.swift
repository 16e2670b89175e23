/// Runs the reference on a stored sample and compares every activation and accumulator that is stored.
public struct ReferenceCheck {
  /// The reference that is checked.
  public let executor: ReferenceExecutor
  private let arrays: ReferenceExecutor.ArraySource

  /// Takes the graph of a network folder or container and the source of its parameters and activations.
  public init(
    graph: LayerGraph, options: ReferenceOptions = ReferenceOptions(),
    arrays: @escaping ReferenceExecutor.ArraySource
  ) throws(NetworkError) {
    executor = try ReferenceExecutor(graph: graph, options: options, arrays: arrays)
    self.arrays = arrays
  }

  /// Computes one sample.
  ///
  /// Untrimmed, every stored activation and accumulator is compared; trimmed, only the network's output with the
  /// sample's profile output is. Throws `missing` when the sample or its input is not there, else as the executor.
  public func run(sample name: String) throws(NetworkError) -> ReferenceReport {
    let graph = executor.graph
    guard let sample = graph.samples.first(where: { $0.name == name }) else {
      throw NetworkError(.missing, "there is no sample '\(name)'")
    }
    var inputs: [String: IntegerArray] = [:]
    for name in graph.inputs {
      guard let tensor = graph.tensor(name), let array = tensor.array(of: sample.name),
        let values = try arrays(array).flatMap({ IntegerArray($0, shape: tensor.shape, layout: tensor.layout) })
      else { throw NetworkError(.missing, "input '\(name)' of sample '\(sample.name)'") }
      inputs[name] = values
    }
    var report = ReferenceReport()
    let run = try executor.run(inputs: inputs) { (layer, result) throws(NetworkError) in
      guard !executor.options.trims else { return }
      try compare(layer, result, sample: sample.name, report: &report)
    }
    if executor.options.trims, let output = graph.outputs.first, let made = run.outputs[output] {
      try compareOutput(made, layer: output, array: sample.profileOutput, report: &report)
    }
    report.leftOut = run.leftOut
    report.unchecked += run.leftOut
    return report
  }

  private func compare(
    _ layer: Layer, _ result: LayerResult, sample: String, report: inout ReferenceReport
  ) throws(NetworkError) {
    let stored = executor.tensors[layer.output]?.array(of: sample)
    try compareOutput(result.output, layer: layer.name, array: stored, report: &report)
    guard let sums = result.accumulators, let name = layer.accumulators.first(where: { $0.sample == sample })?.array
    else { return }
    guard let expected = try arrays(name)?.integers else {
      throw NetworkError(.missing, "accumulators '\(name)'", place: "layer '\(layer.name)'")
    }
    report.accumulatorsChecked += expected.count
    if let mismatch = try ArrayComparison.compare(
      layer: layer.name, what: "accumulators", shape: result.output.shape, layout: result.output.layout,
      expected: expected, found: sums)
    {
      report.mismatches.append(mismatch)
    }
  }

  private func compareOutput(
    _ output: IntegerArray, layer: String, array: String?, report: inout ReferenceReport
  ) throws(NetworkError) {
    guard let array else {
      report.unchecked.append(layer)
      return
    }
    guard let expected = try arrays(array)?.integers else {
      throw NetworkError(.missing, "activation '\(array)'", place: "layer '\(layer)'")
    }
    report.outputsChecked += expected.count
    if let mismatch = try ArrayComparison.compare(
      layer: layer, what: "outputs", shape: output.shape, layout: output.layout, expected: expected,
      found: output.values.map { Int64($0) })
    {
      report.mismatches.append(mismatch)
    }
  }
}
