import Networks
import TensorFiles
import Testing
import Weft

/// The file of a case, whatever its ending.
private func file(_ folder: String, _ ending: String) -> String { "\(folder)/model.\(ending)" }

@Test func `numpy files come back byte for byte, and plain ones need no kept header`() throws {
  for path in try PythonCases.cases("npy") {
    let source = try MappedFile.open(path)
    let array = try NpyFile.read(source, name: "a")
    #expect(try FolderEntry(array).bytes.elementsEqual(source.bytes), "\(path)")
    let metadata =
      switch array {
      case .tensor(let tensor): tensor.descriptor.metadata
      case .stored(let stored): stored.metadata
      }
    if path.hasSuffix("_v2.npy") || path.hasSuffix("_big.npy") { continue }
    #expect(metadata.isEmpty, "\(path)")
  }
}

@Test(arguments: [("npz", "npz"), ("safetensors", "safetensors"), ("onnx", "onnx"), ("tflite", "tflite")])
func `arrays of model files equal what Python reads`(_ format: String, _ ending: String) throws {
  var checked = 0
  for folder in try PythonCases.cases(format) {
    let expected = try PythonCases.arrays(folder + "/constants")
    guard !expected.isEmpty else { continue }
    let model = try ModelFile.open(file(folder, ending))
    #expect(Set(model.arrays.map(\.name)) == Set(expected.keys), "\(folder)")
    for array in model.arrays {
      let twin = try #require(expected[array.name])
      #expect(array.shape == twin.shape, "\(folder) \(array.name)")
      if case .tensor(let tensor) = array, tensor.descriptor.isColumnMajor {
        #expect(array.integers == twin.integers, "\(folder) \(array.name)")
      } else {
        #expect(PythonCases.bytes(array) == PythonCases.bytes(twin), "\(folder) \(array.name)")
      }
      #expect(array.type?.byteCount == twin.type?.byteCount)
      checked += 1
    }
  }
  print("\(checked) arrays of .\(ending) files equal Python's")
}

@Test func `floats of a safetensors file are refused with the hint, or quantised with their loss told`() throws {
  for folder in try PythonCases.cases("safetensors") where folder.hasSuffix("floats") {
    let error = #expect(throws: TensorFileError.self) { try ModelFile.open(file(folder, "safetensors")) }
    #expect(error?.rule == .floatsNeedQuantization)
    #expect(error?.detail.contains("--to int8 or --to int16:Q") == true)
    let values = try PythonCases.arrays(folder + "/values")
    let expected = try PythonCases.arrays(folder + "/int8")
    let model = try ModelFile.open(file(folder, "safetensors"), options: .init(quantization: .int8))
    #expect(model.stored.isEmpty && model.tensors.count == values.count && model.notices.count == values.count)
    for tensor in model.tensors {
      #expect(NetworkArray.tensor(tensor).integers == expected[tensor.descriptor.name]?.integers)
      #expect(tensor.descriptor.zeroPoint == 0)
    }
  }
}

@Test func `QLinear models give what onnx's reference evaluator gives, QDQ models within one step`() throws {
  for folder in try PythonCases.cases("onnx") where folder.hasSuffix("/qlinear") || folder.hasSuffix("/qdq") {
    let model = try ModelFile.open(file(folder, "onnx"))
    let graph = try #require(model.graph)
    let expected = try PythonCases.arrays(folder + "/activations")
    var inputs: [String: IntegerArray] = [:]
    let given = try PythonCases.arrays(folder + "/inputs").merging(expected) { first, _ in first }
    for name in graph.inputs {
      let tensor = try #require(graph.tensor(name))
      let array = try #require(given[name], "\(name)")
      let values = try #require(IntegerArray(array, shape: tensor.shape, layout: tensor.layout))
      inputs[name] = values
    }
    let tolerance: Int64 = folder.hasSuffix("/qdq") ? 1 : 0
    var checkedLayers: [String] = []
    let executor = try ReferenceExecutor(graph: graph, arrays: model.arraySource)
    _ = try executor.run(inputs: inputs) { (layer, result) throws(NetworkError) in
      guard let values = expected[layer.output]?.integers else { throw NetworkError(.missing, layer.output) }
      let worst = zip(values, result.output.values).map { abs($0 - Int64($1)) }.max() ?? 0
      #expect(worst <= tolerance && values.count == result.output.values.count, "\(folder) \(layer.name): \(worst)")
      checkedLayers.append(layer.operation.name)
    }
    print("\(folder): \(checkedLayers) equal; notices: \(model.notices)")
    #expect(checkedLayers.count == (tolerance == 0 ? 5 : 8))
  }
}

@Test func `a float model has its graph, and quantising it changes the weights' type there`() throws {
  for folder in try PythonCases.cases("onnx") where folder.hasSuffix("/float") {
    let plain = try ModelFile.open(file(folder, "onnx"))
    #expect(plain.graph?.layers.map(\.operation.name) == ["conv2d", "relu", "avg_pool", "reshape", "fully_connected"])
    #expect(plain.tensors.isEmpty)
    let model = try ModelFile.open(file(folder, "onnx"), options: .init(quantization: .int16(fractionBits: 12)))
    #expect(model.tensors.map(\.descriptor.name).sorted() == ["conv.weight", "dense.weight"])
    #expect(model.tensors.first { $0.descriptor.name == "conv.weight" }?.descriptor.layout == TensorLayout("OIHW"))
    #expect(model.stored.map(\.name) == ["conv.bias"])
    #expect(model.graph?.layers.first?.weights?.type == .int16)
  }
}
