import Networks
import TensorFiles
import Testing
import Weft

@Test func `constants of tflite files equal what Python wrote`() throws {
  for folder in try PythonCases.cases("tflite") {
    let model = try TfliteFile.read(try MappedFile.open(folder + "/model.tflite"), name: "case")
    let expected = try PythonCases.arrays(folder + "/constants")
    #expect(Set(model.arrays.map(\.name)) == Set(expected.keys), "\(folder)")
    for array in model.arrays {
      let twin = try #require(expected[array.name])
      #expect(array.shape == twin.shape && array.integers == twin.integers, "\(folder) \(array.name)")
      #expect(PythonCases.bytes(array) == PythonCases.bytes(twin), "\(folder) \(array.name)")
    }
  }
}

@Test func `every operator gives bit for bit what the LiteRT interpreter gives`() throws {
  var checked = 0
  for folder in try PythonCases.cases("tflite") {
    let model = try TfliteFile.read(try MappedFile.open(folder + "/model.tflite"), name: "case")
    let graph = try #require(model.graph)
    #expect(model.notices.isEmpty, "\(folder): \(model.notices)")
    let expected = try PythonCases.arrays(folder + "/activations")
    var inputs: [String: IntegerArray] = [:]
    for (name, array) in try PythonCases.arrays(folder + "/inputs") {
      let tensor = try #require(graph.tensor(name))
      let values = try #require(IntegerArray(array, shape: tensor.shape, layout: tensor.layout))
      inputs[name] = values
    }
    let executor = try ReferenceExecutor(graph: graph, arrays: model.arraySource)
    do {
      _ = try executor.run(inputs: inputs) { (layer, result) throws(NetworkError) in
        guard let values = expected[layer.output]?.integers else { throw NetworkError(.missing, layer.output) }
        checked += values.count
        let mismatch = try ArrayComparison.compare(
          layer: layer.name, what: "outputs", shape: result.output.shape, layout: result.output.layout,
          expected: values, found: result.output.values.map { Int64($0) })
        #expect(mismatch == nil, "\(folder): \(mismatch.map { $0.description } ?? "")")
      }
    } catch { Issue.record("\(folder): \(error)") }
  }
  print("\(checked) outputs of single operators equal the interpreter's")
}
