import Networks

/// The constants of a graph by name, for the small ones whose values say how a layer works.
struct OnnxConstants {
  private let tensors: [String: OnnxTensor]
  private var values: OnnxValues

  /// Longest list that is read.
  static let maximumCount = 1 << 16

  init(_ graph: OnnxGraph, values: OnnxValues) {
    tensors = Dictionary(graph.constants.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.values = values
  }

  subscript(name: String) -> OnnxTensor? { tensors[name] }

  /// The values of a small integer constant; nil where there is none.
  mutating func integers(_ name: String?) throws(TensorFileError) -> [Int]? {
    try array(name)?.integers?.map { Int($0) }
  }

  /// The values of a small floating-point constant; nil where there is none.
  mutating func floats(_ name: String?) throws(TensorFileError) -> [Float]? {
    guard case .stored(let stored)? = try array(name) else { return nil }
    return stored.doubles?.map { Float($0) }
  }

  private mutating func array(_ name: String?) throws(TensorFileError) -> NetworkArray? {
    guard let name, let tensor = tensors[name], let type = tensor.type,
      let count = ArrayVolume.valueCount(tensor.shape), count <= Self.maximumCount
    else { return nil }
    return NetworkArray(
      name: name, type: type, shape: tensor.shape, region: try values.region(tensor, type: type))
  }
}
