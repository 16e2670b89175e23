import Loom
import Networks
import TensorFiles
import Weft

/// A network that can run: its graph, and its arrays packed as the array reads them, from a container or packed on
/// the way.
struct RunnableInput {
  let graph: LayerGraph
  let source: OperandSource
  /// Arrays unpacked, for the reference.
  let parameters: ReferenceExecutor.ArraySource

  /// Opens a network; `input` gives a model its input. Throws where there is no layer graph.
  init(_ path: String, samples: Int, input: String?, profile: String?, kernel: Kernel) throws {
    if input == nil, let container = try RunnableInput.container(path) {
      try self.init(container, profile: profile, kernel: kernel)
    } else {
      try self.init(model: path, samples: samples, input: input, profile: profile, kernel: kernel)
    }
  }

  /// The container at a path; nil when the file is something else.
  private static func container(_ path: String) throws -> OpenContainer? {
    guard path == "-" || path.hasSuffix(".weft") else { return nil }
    return try OpenContainer(path)
  }

  private init(_ container: OpenContainer, profile: String?, kernel: Kernel) throws {
    let reader = container.reader
    var graph: LayerGraph?
    var tensors: [String: IndexEntry] = [:]
    var stored: [String: IndexEntry] = [:]
    for entry in reader.entries {
      if case .tensor = entry.kind { tensors[entry.name] = entry } else { stored[entry.name] = entry }
    }
    if let entry = stored[NetworkFolder.graphFile] {
      let text = try container.failing { try container.bytes(of: entry) }
      do {
        graph = try LayerGraph(decoding: text)
      } catch {
        throw CommandFailure(file: container.name, "\(NetworkFolder.graphFile): \(error)")
      }
    }
    guard var graph else {
      throw CommandFailure(file: container.name, "no layer graph in this container: pack a network")
    }
    if let profile { graph = try RunnableInput.laying(profile, over: graph) }
    self.graph = graph
    let cache = PackedCache()
    let (packedEntries, storedEntries) = (tensors, stored)
    let packed: (String, LaneOrder) throws -> PackedTensor? = { name, _ in
      try cache.value(name) {
        guard let entry = packedEntries[name] else { return nil }
        return try container.failing { try PackedTensor(try TensorReader(reader, entry)) }
      }
    }
    source = OperandSource(packed: packed) { name in
      if let entry = storedEntries[name] { return try container.failing { try container.array(of: entry) }?.integers }
      guard let tensor = try packed(name, .linear) else { return nil }
      return NetworkArray.tensor(try container.failing { try tensor.unpacked(kernel: kernel) }).integers
    }
    parameters = { name throws(NetworkError) in
      do {
        if let entry = storedEntries[name] { return try container.array(of: entry).map { .stored($0) } }
        guard let entry = packedEntries[name] else { return nil }
        return .tensor(try TensorReader(reader, entry).read())
      } catch { throw NetworkError(.missing, "\(error)") }
    }
  }

  private init(model path: String, samples: Int, input: String?, profile: String?, kernel: Kernel) throws {
    do {
      var model = try ModelFile.open(path, options: ModelFile.OpeningOptions(sampleCount: samples))
      guard var graph = model.graph else { throw CommandFailure(file: path, "no layer graph: nothing to run") }
      if let profile { graph = try RunnableInput.laying(profile, over: graph) }
      if let input { try RunnableInput.give(input, to: &graph, &model) }
      self.graph = graph
      let arrays = Dictionary(model.arrays.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      let cache = PackedCache()
      source = OperandSource(
        packed: { name, order in
          try cache.value(name) {
            guard case .tensor(let tensor)? = arrays[name] else { return nil }
            do {
              return try OperandPacking(kernel: kernel).pack(tensor, order: order)
            } catch let error as WeftError { throw CommandFailure(file: path, error) }
          }
        }, integers: { arrays[$0]?.integers })
      parameters = model.arraySource
    } catch let error as TensorFileError {
      throw CommandFailure(file: path, error)
    }
  }

  private static func laying(_ profile: String, over graph: LayerGraph) throws -> LayerGraph {
    do {
      let table = try MappedFile.open(profile)
      return try withExtendedLifetime(table) { try graph.applying(try ProfileTable(table.bytes)) }
    } catch {
      throw CommandFailure(file: profile, "\(error)")
    }
  }

  /// Makes an array file the one input of the graph, as a sample of its own.
  private static func give(_ path: String, to graph: inout LayerGraph, _ model: inout ModelFile) throws {
    let file = try ModelFile.open(path)
    guard graph.inputs.count == 1, let name = graph.inputs.first,
      let place = graph.tensors.firstIndex(where: { $0.name == name }), file.tensors.count == 1
    else { throw CommandFailure(file: path, "--input is one array of integers for a network with one input") }
    var tensor = file.tensors[0]
    let wanted = graph.tensors[place]
    guard tensor.descriptor.shape == wanted.shape, let type = wanted.type.elementType,
      type.fits(tensor.descriptor.elementType)
    else {
      throw CommandFailure(
        file: path,
        "input '\(name)' is \(wanted.type.rawValue) \(wanted.shape), found \(tensor.descriptor.elementType.name) \(tensor.descriptor.shape)"
      )
    }
    let array = "input given/\(name)"
    tensor.descriptor.name = array
    tensor.descriptor.layout = wanted.layout
    tensor.descriptor.zeroPoint = wanted.zeroPoint
    graph.samples = [GraphSample(name: "given")]
    for index in graph.tensors.indices { graph.tensors[index].files = [] }
    for index in graph.layers.indices { graph.layers[index].accumulators = [] }
    graph.tensors[place].files = [SampleFile(sample: "given", array: array)]
    model.tensors.append(tensor)
  }
}

/// Packed tensors by name, made once.
private final class PackedCache {
  private var values: [String: PackedTensor?] = [:]

  func value(_ name: String, _ make: () throws -> PackedTensor?) rethrows -> PackedTensor? {
    if let known = values[name] { return known }
    let made = try make()
    values[name] = made
    return made
  }
}
