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
    for path in [path, input, profile].compactMap({ $0 }) { ReadFiles.note(path) }
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
    do {
      let network = try PackedNetwork(container.reader)
      if let profile { try network.replaceGraph { try RunnableInput.laying(profile, over: $0) } }
      if let input { try RunnableInput.giving(input) { (tensor) throws(NetworkError) in try network.give(tensor) } }
      (graph, source, parameters) = (network.graph, network.source, network.arrays)
    } catch let error as NetworkError {
      throw CommandFailure(file: container.name, error)
    } catch let error as WeftError {
      throw CommandFailure(file: container.name, error)
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
      if let input {
        try RunnableInput.giving(input) { tensor throws(NetworkError) in model.tensors.append(try graph.give(tensor)) }
      }
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

  /// Hands the one array of a file to `give`; errors name the file.
  private static func giving(_ path: String, _ give: (QuantizedTensor) throws(NetworkError) -> Void) throws {
    do {
      let file = try ModelFile.open(path)
      guard file.tensors.count == 1 else {
        throw CommandFailure(file: path, "--input is one array of integers for a network with one input")
      }
      try give(file.tensors[0])
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure(file: path, "\(error)")
    }
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
