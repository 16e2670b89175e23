import Networks
import Weft

/// Compares every sum and every output of a run: with the stored arrays where there are any and nothing is trimmed,
/// else with the plain integer reference, which runs beside.
public final class RunCheck: RunObserver {
  private let graph: LayerGraph
  private let reference: ReferenceExecutor
  private let source: OperandSource
  private let sample: String
  private let trims: Bool
  private let tensors: [String: GraphTensor]
  /// Activations as the reference has them.
  private var values: [String: IntegerArray] = [:]
  private var sums: [Int64]?
  private var outputs: [Int64]?
  private var axes: MergedAxes?
  private var extremes: ClosedRange<Int64>?
  private var found: (smallest: Int64, largest: Int64)?
  private var current = LayerCheck()
  /// What came of each layer that was run.
  public private(set) var checks: [String: LayerCheck] = [:]
  /// What came of the network's output against the stored trimmed one.
  public private(set) var profileOutput: LayerCheck?

  /// Takes what the run takes; `parameters` gives weights and biases unpacked.
  public init(
    graph: LayerGraph, sample: String, options: RunOptions, source: OperandSource,
    parameters: @escaping ReferenceExecutor.ArraySource
  ) throws {
    self.graph = graph
    self.sample = sample
    self.source = source
    trims = options.trims
    reference = try ReferenceExecutor(
      graph: graph, options: ReferenceOptions(rounding: options.rounding, trims: options.trims), arrays: parameters)
    tensors = Dictionary(uniqueKeysWithValues: graph.tensors.map { ($0.name, $0) })
  }

  public func begin(_ layer: Layer, output: GraphTensor) throws {
    current = LayerCheck()
    (sums, outputs, extremes, found) = (nil, nil, nil, nil)
    axes = MergedAxes(
      TensorDescriptor(name: output.name, shape: output.shape, elementType: .int16, layout: output.layout))
    if !trims {
      outputs = try output.array(of: sample).flatMap { try source.integers($0) }
      if outputs != nil { current.outputsAgainst = .stored }
      if let name = layer.accumulators.first(where: { $0.sample == sample })?.array {
        sums = try source.integers(name)
        if sums != nil { current.accumulatorsAgainst = .stored }
      }
      if sums == nil, sample == graph.samples.first?.name { extremes = Self.extremes(layer) }
    }
    let multiplies = layer.weights != nil && layer.operation.multiplies
    if outputs == nil || (multiplies && sums == nil) {
      let result = try reference.evaluate(layer, inputs: try layer.inputs.map { try value($0) })
      if trims || outputs == nil { values[layer.output] = result.output }
      if outputs == nil {
        outputs = result.output.values.map { Int64($0) }
        current.outputsAgainst = .reference
      }
      if sums == nil, multiplies {
        sums = result.accumulators
        current.accumulatorsAgainst = .reference
      }
    }
    guard outputs?.count == output.valueCount, sums == nil || sums?.count == output.valueCount else {
      throw NetworkError(
        .inconsistent, "stored arrays have other sizes than '\(output.name)'", place: "layer '\(layer.name)'")
    }
  }

  public func tile(
    sums found: UnsafePointer<Int64>?, outputs made: UnsafePointer<Int32>, stride: Int, first: Int, count: Int
  ) {
    guard let axes, let outputs else { return }
    for channel in 0..<axes.channels {
      for place in 0..<count {
        let (outer, position) = (first + place).quotientAndRemainder(dividingBy: axes.positions)
        let index = axes.memoryIndex(outer: outer, position: position, channel: channel)
        let at = channel * stride + place
        if let sums, let found {
          if sums[index] != found[at] {
            current.accumulatorMismatches += 1
            note("accumulator", index, channel, sums[index], found[at])
          }
          let held = self.found ?? (found[at], found[at])
          self.found = (min(held.smallest, found[at]), max(held.largest, found[at]))
          current.accumulatorsChecked += 1
        }
        if outputs[index] != Int64(made[at]) {
          current.outputMismatches += 1
          note("output", index, channel, outputs[index], Int64(made[at]))
        }
        current.outputsChecked += 1
      }
    }
  }

  public func end(_ layer: Layer) throws {
    if let extremes, let found, found != (extremes.lowerBound, extremes.upperBound) {
      current.hasExtremeMismatch = true
      current.firstMismatch =
        current.firstMismatch
        ?? "accumulators lie in \(found.smallest)...\(found.largest), stored are \(extremes.lowerBound)...\(extremes.upperBound)"
    }
    if trims, layer.output == graph.outputs.first,
      let array = graph.samples.first(where: { $0.name == sample })?.profileOutput,
      let expected = try source.integers(array), let made = values[layer.output]
    {
      var check = LayerCheck(outputsAgainst: .stored)
      check.outputsChecked = expected.count
      check.outputMismatches =
        zip(expected, made.values).count { $0 != Int64($1) } + abs(expected.count - made.values.count)
      // The reference equals the array's outputs exactly where `current` has no mismatch.
      current.outputMismatches += check.outputMismatches
      profileOutput = check
    }
    checks[layer.name] = current
    (sums, outputs) = (nil, nil)
  }

  private func note(
    _ what: String, _ index: Int, _ channel: Int, _ expected: Int64, _ found: Int64
  ) {
    if current.firstMismatch == nil {
      current.firstMismatch = "\(what) \(index), channel \(channel): \(expected) expected, \(found) found"
    }
  }

  /// An activation as the reference has it: its own, or the stored one.
  private func value(_ name: String) throws -> IntegerArray {
    if let known = values[name] { return known }
    guard let tensor = tensors[name], let array = tensor.array(of: sample), let stored = try source.integers(array),
      stored.count == tensor.valueCount
    else { throw NetworkError(.missing, "activation '\(name)' to check with") }
    return IntegerArray(
      shape: tensor.shape, layout: tensor.layout, values: stored.map { Int32(truncatingIfNeeded: $0) })
  }

  /// Smallest and largest accumulator as the network's folder states them for its first sample.
  private static func extremes(_ layer: Layer) -> ClosedRange<Int64>? {
    var bounds: [String: Int64] = [:]
    for member in layer.accumulatorExtras {
      if case .integer(let number) = member.value { bounds[member.key] = number }
    }
    guard let smallest = bounds["min"], let largest = bounds["max"], smallest <= largest else { return nil }
    return smallest...largest
  }
}
