import Networks
import TensorFiles
import Weft

/// One array that schemes are compared on.
struct ComparedItem: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case weights
    case activations
    case bias
  }

  var array: NetworkArray
  var kind: Kind
  /// Width of the layer's profile, where there is one.
  var profileWidth: Int?

  /// The arrays of an input: weights and biases of a network, and the activations of its first sample. Bare arrays count
  /// as weights. Arrays of floats are left out.
  static func items(of path: String, kernel: Kernel) throws -> [ComparedItem] {
    let (arrays, graph) = path.hasSuffix(".weft") ? try container(path, kernel) : try model(path)
    guard let graph else {
      return arrays.compactMap { $0.integers == nil ? nil : ComparedItem(array: $0, kind: .weights) }
    }
    let byName = Dictionary(arrays.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var items: [ComparedItem] = []
    var taken: Set<String> = []
    func take(_ name: String?, _ kind: Kind, _ width: Int? = nil) {
      guard let name, let array = byName[name], taken.insert(name).inserted else { return }
      if case .stored = array, kind != .bias { return }
      items.append(ComparedItem(array: array, kind: kind, profileWidth: width))
    }
    for layer in graph.layers { take(layer.weights?.array, .weights, layer.profile?.weightBits) }
    if let sample = graph.samples.first?.name {
      for tensor in graph.tensors { take(tensor.array(of: sample), .activations) }
    }
    for layer in graph.layers { take(layer.bias?.array, .bias) }
    return items
  }

  private static func model(_ path: String) throws -> ([NetworkArray], LayerGraph?) {
    ReadFiles.note(path)
    do {
      let model =
        path == "-"
        ? try Self.standardInput() : try ModelFile.open(path, options: ModelFile.OpeningOptions(sampleCount: 1))
      return (model.arrays, model.graph)
    } catch let error as TensorFileError {
      throw CommandFailure(file: path, error)
    }
  }

  private static func standardInput() throws -> ModelFile {
    let spool = try Spool.standardInput(for: "standard input")
    defer { try? spool.close() }
    return try ModelFile.read(try MappedFile.open("/proc/self/fd/\(spool.rawValue)"), path: "-", name: "stdin")
  }

  private static func container(_ path: String, _ kernel: Kernel) throws -> ([NetworkArray], LayerGraph?) {
    let container = try OpenContainer(path)
    var arrays: [NetworkArray] = []
    var graph: LayerGraph?
    for entry in container.reader.entries {
      switch entry.kind {
      case .tensor:
        arrays.append(.tensor(try container.failing { try TensorReader(container.reader, entry).read() }))
      case .stored where entry.name == NetworkFolder.graphFile:
        let text = try container.failing { try container.reader.data(of: entry) }
        do { graph = try LayerGraph(decoding: text) } catch { throw CommandFailure(file: path, error) }
      case .stored:
        if let array = try container.failing({ try container.array(of: entry) }) { arrays.append(.stored(array)) }
      }
    }
    return (arrays, graph)
  }
}
