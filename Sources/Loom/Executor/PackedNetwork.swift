import Networks
import Weft

/// A network in a container: its layer graph, and its arrays as they are packed there.
///
/// Packed tensors are read once each and kept. Use one thread at a time.
public final class PackedNetwork<Source: ByteSource> {
  public private(set) var graph: LayerGraph
  private let reader: ContainerReader<Source, Kernel>
  private var given: QuantizedTensor?
  private var packed: [String: PackedTensor] = [:]

  /// Takes the graph out of a container. Throws `NetworkError.missing` when it has none, and `WeftError` for damage.
  public init(_ reader: ContainerReader<Source, Kernel>) throws {
    guard let entry = try? reader.entry(named: LayerGraph.fileName), case .stored = entry.kind else {
      throw NetworkError(.missing, "no layer graph in this container: pack a network")
    }
    self.reader = reader
    let text = try reader.data(of: entry)
    do throws(NetworkError) {
      graph = try LayerGraph(decoding: text)
    } catch {
      throw error.inside(LayerGraph.fileName)
    }
  }

  /// Another graph over the same arrays: one with a profile laid over it, for example.
  public func replaceGraph(_ change: (LayerGraph) throws -> LayerGraph) rethrows { graph = try change(graph) }

  /// Makes a tensor the one input of the graph, as a sample of its own. Throws `NetworkError` where it does not fit.
  public func give(_ tensor: QuantizedTensor) throws(NetworkError) { given = try graph.give(tensor) }

  /// Where a run finds its operands: packed tensors, stored arrays, and the input that was given. Throws `WeftError`
  /// for damage.
  public var source: OperandSource {
    OperandSource(
      packed: { try self.tensor($0, order: $1) },
      integers: { try PackedNetwork.array($0, of: self.reader, self.given)?.integers })
  }

  /// The arrays unpacked, for the reference executor.
  public var arrays: ReferenceExecutor.ArraySource {
    let (reader, given) = (reader, given)
    return { name throws(NetworkError) in
      do throws(WeftError) {
        return try PackedNetwork.array(name, of: reader, given)
      } catch { throw NetworkError(.missing, "\(error)") }
    }
  }

  /// A tensor, unpacked, or a stored array; nil when there is none of that name.
  private static func array(
    _ name: String, of reader: ContainerReader<Source, Kernel>, _ given: QuantizedTensor?
  ) throws(WeftError) -> NetworkArray? {
    if let given, given.descriptor.name == name { return .tensor(given) }
    guard let entry = try? reader.entry(named: name) else { return nil }
    switch entry.kind {
    case .stored(let record): return StoredArray(record, data: try reader.data(of: entry)).map { .stored($0) }
    case .tensor: return .tensor(try TensorReader(reader, entry).read())
    }
  }

  private func tensor(_ name: String, order: LaneOrder) throws(WeftError) -> PackedTensor? {
    if let known = packed[name] { return known }
    let made: PackedTensor
    if let given, given.descriptor.name == name {
      made = try OperandPacking(kernel: reader.kernel).pack(given, order: order)
    } else {
      guard let entry = try? reader.entry(named: name), case .tensor = entry.kind else { return nil }
      made = try PackedTensor(try TensorReader(reader, entry))
    }
    packed[name] = made
    return made
  }
}
