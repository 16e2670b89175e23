import Networks
import TensorFiles
import Weft

/// Foreign files: read, written again, and run where they are small.
enum ModelEntry {
  /// Most bytes an archive may inflate to here: memory is bounded, so that whatever needs much is found.
  private static let inflatedByteLimit = 1 << 20

  /// Reads a file whose format its ending says where its first bytes do not.
  static func read(_ bytes: UnsafeRawBufferPointer, ending: String, quantization: FloatQuantization?) throws {
    let region = ByteRegion(byteCount: bytes.count) { $0.copyMemory(from: bytes) }
    let options = ModelFile.OpeningOptions(quantization: quantization, inflatedByteLimit: inflatedByteLimit)
    // A folder that is not there: external data cannot be found.
    try use(try ModelFile.read(region, path: "/nonexistent/seed.\(ending)", name: "seed", options: options))
  }

  /// Reads a layer graph whose parameters are nowhere.
  static func read(graph bytes: UnsafeRawBufferPointer) throws {
    let graph = try LayerGraph(decoding: bytes)
    try checkText(of: graph)
    try run(graph) { _ in nil }
  }

  /// Everything that is done with a model.
  static func use(_ model: ModelFile) throws {
    for array in model.arrays { _ = try FolderEntry(array).header }
    guard let graph = model.graph else { return }
    try graph.check()
    try checkText(of: graph)
    try run(graph, arrays: model.arraySource)
  }

  private static func checkText(of graph: LayerGraph) throws {
    let again = try LayerGraph(decoding: graph.encoded())
    precondition(again == graph, "a graph is not what its text says")
  }

  /// Runs a graph whose work is small, with both roundings.
  private static func run(_ graph: LayerGraph, arrays: @escaping ReferenceExecutor.ArraySource) throws {
    let known = Dictionary(graph.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard graph.tensors.reduce(0, { $0 + $1.valueCount }) < 20_000 else { return }
    for layer in graph.layers {
      guard let input = layer.inputs.first.flatMap({ known[$0] }), let output = known[layer.output] else { return }
      let work = LayerGeometry(layer, input: input, output: output)?.multiplications ?? 0
      let window = layer.operation.window.map { $0.kernelHeight * $0.kernelWidth * output.valueCount } ?? 0
      guard work < 200_000, window < 200_000 else { return }
    }
    var inputs: [String: IntegerArray] = [:]
    for tensor in graph.tensors where graph.inputs.contains(tensor.name) {
      let values = (0..<tensor.valueCount).map { Int32($0 % 100) }
      inputs[tensor.name] = IntegerArray(shape: tensor.shape, layout: tensor.layout, values: values)
    }
    for choice in RoundingChoice.allCases {
      let options = ReferenceOptions(rounding: choice, trims: choice == .single)
      _ = try ReferenceExecutor(graph: graph, options: options, arrays: arrays).run(inputs: inputs)
    }
  }
}
