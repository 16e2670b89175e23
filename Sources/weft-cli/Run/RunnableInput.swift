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

  /// Opens a network, told by its content; `input` gives a model its input. Throws where there is no layer graph.
  init(_ path: String, samples: Int, input: String?, profile: String?, kernel: Kernel) throws {
    let name = path == "-" ? "standard input" : path
    // Standard input is looked at twice.
    let spool = path == "-" ? try Spool.standardInput(for: name) : nil
    defer { try? spool?.close() }
    let file = spool.map { "/proc/self/fd/\($0.rawValue)" } ?? path
    if RunnableInput.isContainer(file) {
      try self.init(try OpenContainer(file, name: name), input: input, profile: profile, kernel: kernel)
    } else {
      try self.init(model: file, name: name, samples: samples, input: input, profile: profile, kernel: kernel)
    }
  }

  /// True for files that begin as containers do.
  private static func isContainer(_ path: String) -> Bool {
    guard !MappedFile.isFolder(path), let file = try? MappedFile.open(path), file.count >= 8 else {
      return path.hasSuffix(".weft")
    }
    return file.bytes[..<8].elementsEqual([0x89, 0x57, 0x45, 0x46, 0x54, 0x0D, 0x0A, 0x1A]) || path.hasSuffix(".weft")
  }

  private init(_ container: OpenContainer, input: String?, profile: String?, kernel: Kernel) throws {
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
    let given = try input.map { try RunnableInput.give($0, to: &graph) }
    self.graph = graph
    let cache = PackedCache()
    let (packedEntries, storedEntries) = (tensors, stored)
    let packed: (String, LaneOrder) throws -> PackedTensor? = { name, order in
      try cache.value(name) {
        if let given, given.descriptor.name == name {
          return try container.failing { try OperandPacking(kernel: kernel).pack(given, order: order) }
        }
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
      if let given, given.descriptor.name == name { return .tensor(given) }
      do {
        if let entry = storedEntries[name] { return try container.array(of: entry).map { .stored($0) } }
        guard let entry = packedEntries[name] else { return nil }
        return .tensor(try TensorReader(reader, entry).read())
      } catch { throw NetworkError(.missing, "\(error)") }
    }
  }

  private init(
    model path: String, name: String, samples: Int, input: String?, profile: String?, kernel: Kernel
  ) throws {
    do {
      var model = try ModelFile.open(path, options: ModelFile.OpeningOptions(sampleCount: samples))
      let folder = MappedFile.isFolder(path) ? try? NetworkFolder(path) : nil
      guard var graph = model.graph else { throw CommandFailure(file: name, "no layer graph: nothing to run") }
      if let profile { graph = try RunnableInput.laying(profile, over: graph) }
      // Stored sums are compared, never packed: they stay in the folder.
      for index in graph.layers.indices {
        let layer = folder?.graph.layers.first { $0.name == graph.layers[index].name }
        graph.layers[index].accumulators = layer?.accumulators ?? []
      }
      if let input { model.tensors.append(try RunnableInput.give(input, to: &graph)) }
      self.graph = graph
      let arrays = Dictionary(model.arrays.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      let cache = PackedCache()
      source = OperandSource(
        packed: { name, order in
          try cache.value(name) {
            guard case .tensor(let tensor)? = arrays[name] else { return nil }
            do {
              return try OperandPacking(kernel: kernel).pack(tensor, order: order)
            } catch let error as WeftError { throw CommandFailure(file: name, error) }
          }
        },
        integers: { array in
          if let known = arrays[array] { return known.integers }
          guard let folder else { return nil }
          // Sums and trimmed outputs are not among the arrays that a model brings along.
          return try folder.array(array).integers
        })
      parameters = model.arraySource
    } catch let error as TensorFileError {
      throw CommandFailure(file: name, error)
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
  private static func give(_ path: String, to graph: inout LayerGraph) throws -> QuantizedTensor {
    let file: ModelFile
    do { file = try ModelFile.open(path) } catch { throw CommandFailure(file: path, error) }
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
    return tensor
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
