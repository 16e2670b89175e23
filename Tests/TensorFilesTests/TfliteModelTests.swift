import Networks
import TensorFiles
import TestSupport
import Testing
import Weft

private let models = ["autoencoder_ad_int8", "dscnn_kws_int8", "resnet8_cifar10_int8"]

private func model(_ name: String) throws -> (ModelFile, LayerGraph, NetworkFolder)? {
  guard let shared = SharedFiles.shared else {
    SharedFiles.skip("no shared models")
    return nil
  }
  let model = try TfliteFile.read(try MappedFile.open("\(shared)/models/\(name).tflite"), name: name)
  let graph = try #require(model.graph)
  return (model, graph, try NetworkFolder("\(shared)/fixtures/\(name)"))
}

@Test(arguments: models)
func `a tflite model has the layers, multipliers and paddings of its fixture`(_ name: String) throws {
  guard let (model, graph, folder) = try model(name) else { return }
  #expect(model.notices.isEmpty)
  #expect(graph.layers.map(\.name) == folder.graph.layers.map(\.name))
  for (layer, expected) in zip(graph.layers, folder.graph.layers) {
    #expect(layer.operation == expected.operation, "\(layer.name)")
    #expect(layer.outputRange == expected.outputRange, "\(layer.name)")
    if case .fixedPoint(let rounding, let multipliers) = expected.requantization,
      case .fixedPoint(let found, let factors) = layer.requantization
    {
      #expect(rounding == found, "\(layer.name)")
      let every = factors.count == 1 ? Array(repeating: factors[0], count: multipliers.count) : factors
      #expect(every.map(\.q31) == multipliers.map(\.q31), "\(layer.name)")
      #expect(every.map(\.shift) == multipliers.map(\.shift), "\(layer.name)")
    } else {
      #expect(layer.requantization == expected.requantization, "\(layer.name)")
    }
  }
}

@Test(arguments: models)
func `running a tflite model reproduces every stored activation and accumulator of its fixture`(_ name: String) throws {
  guard let (model, graph, folder) = try model(name) else { return }
  let executor = try ReferenceExecutor(graph: graph, arrays: model.arraySource)
  for sample in folder.graph.samples.map(\.name) {
    let input = try #require(graph.tensor(graph.inputs[0]))
    let stored = try folder.array("activations/\(sample)/input")
    let values = try #require(IntegerArray(stored, shape: input.shape, layout: input.layout))
    var mismatches: [ArrayMismatch] = []
    var checked = 0
    let run = try executor.run(inputs: [input.name: values]) { (layer, result) throws(NetworkError) in
      guard let twin = folder.graph.layers.first(where: { $0.name == layer.name }),
        let output = folder.graph.tensor(twin.output)?.array(of: sample)
      else { throw NetworkError(.missing, layer.name) }
      func compare(_ what: String, _ array: String, _ found: [Int64]) throws(NetworkError) {
        guard let expected = try folder.arraySource(array)?.integers else { throw NetworkError(.missing, array) }
        checked += found.count
        if let mismatch = try ArrayComparison.compare(
          layer: layer.name, what: what, shape: result.output.shape, layout: result.output.layout,
          expected: expected, found: found)
        {
          mismatches.append(mismatch)
        }
      }
      try compare("outputs", output, result.output.values.map { Int64($0) })
      if let sums = result.accumulators, let array = twin.accumulators.first(where: { $0.sample == sample })?.array {
        try compare("accumulators", array, sums)
      }
    }
    #expect(mismatches.isEmpty, "\(mismatches)")
    #expect(run.leftOut.allSatisfy { $0.hasSuffix("softmax") }, "\(run.leftOut)")
    print("\(name).tflite \(sample): \(checked) values equal, left out: \(run.leftOut)")
  }
}

@Test(arguments: models)
func `every constant of a tflite model equals its fixture's weights and biases`(_ name: String) throws {
  guard let (model, graph, folder) = try model(name) else { return }
  for (layer, twin) in zip(graph.layers, folder.graph.layers) {
    for (found, expected) in [(layer.weights, twin.weights), (layer.bias, twin.bias)] {
      guard let name = found?.array, let twinName = expected?.array else {
        #expect(found == nil && expected == nil)
        continue
      }
      let array = try #require(model.array(name))
      #expect(array.integers == (try folder.array(twinName).integers))
      #expect(array.shape == expected?.shape)
    }
  }
}
