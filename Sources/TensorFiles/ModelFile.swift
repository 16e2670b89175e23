import Networks
import Weft

/// What a foreign file holds: integers to be packed, arrays to be carried as they are, and the layer graph.
public struct ModelFile: Sendable {
  /// Integers of 4, 8 and 16 bits.
  public var tensors: [QuantizedTensor]
  /// All other arrays, and those that are never packed.
  public var stored: [StoredArray]
  /// The layer graph, where the file has one; checked.
  public var graph: LayerGraph?
  /// What was skipped or changed, one line a kind, counted.
  public var notices: [String]

  /// Makes a model; names must be unique among tensors and stored arrays.
  public init(
    tensors: [QuantizedTensor] = [], stored: [StoredArray] = [], graph: LayerGraph? = nil, notices: [String] = []
  ) {
    self.tensors = tensors
    self.stored = stored
    self.graph = graph
    self.notices = notices
  }

  /// Sorts arrays in their order into tensors and stored ones.
  init(arrays: [NetworkArray], graph: LayerGraph? = nil, notices: [String] = []) {
    self.init(graph: graph, notices: notices)
    for array in arrays {
      switch array {
      case .tensor(let tensor): tensors.append(tensor)
      case .stored(let stored): self.stored.append(stored)
      }
    }
  }

  /// Every array: tensors first, then stored ones.
  public var arrays: [NetworkArray] { tensors.map { .tensor($0) } + stored.map { .stored($0) } }

  /// The array of a name; nil when there is none. Cost: linear; `arraySource` is for many look-ups.
  public func array(_ name: String) -> NetworkArray? {
    arrays.first { $0.name == name }
  }

  /// The arrays as the reference executor wants them.
  public var arraySource: ReferenceExecutor.ArraySource {
    let byName = Dictionary(arrays.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return { name in byName[name] }
  }
}
