import Networks
import Weft

/// A network folder: `network.json` and one `.npy` an array.
public struct NetworkFolder: Sendable {
  /// Where the folder lies.
  public let path: String
  /// The graph with all samples, checked.
  public let graph: LayerGraph

  /// Name of the file that makes a folder a network folder.
  public static let graphFile = LayerGraph.fileName

  /// Reads the graph of a folder. Throws `cannotAccess`, and what reading the graph throws, with `network.json` as
  /// the place.
  public init(_ path: String) throws(TensorFileError) {
    self.path = path
    let text = try MappedFile.open(path + "/" + Self.graphFile)
    do {
      // `text` holds the bytes while they are read, and the graph keeps none of them.
      graph = try unsafe FileBytes(text).withPointer { bytes throws(NetworkError) in
        try unsafe LayerGraph(decoding: bytes)
      }
    } catch {
      throw TensorFileError(error).inside(Self.graphFile)
    }
  }

  /// The array of a name, mapped; its layout and zero point are those the graph gives it.
  ///
  /// Throws `cannotAccess`, `unsupported` for a name that leaves the folder, `inconsistent` when the graph says
  /// another shape or type.
  public func array(_ name: String) throws(TensorFileError) -> NetworkArray {
    let file = try MappedFile.open(try RelativePath.join(path, name + ".npy"))
    do { return try described(try NpyFile.read(file, name: name)) } catch { throw error.inside(name + ".npy") }
  }

  /// The folder's arrays as the reference executor wants them: opened when asked for.
  public var arraySource: ReferenceExecutor.ArraySource {
    { [self] name throws(NetworkError) in
      do throws(TensorFileError) { return try array(name) } catch { throw NetworkError(error) }
    }
  }

  /// Everything of the folder that is packed: weights, biases, the activations of the first `sampleCount` samples
  /// (the profile's outputs as stored arrays); accumulators never.
  public func model(sampleCount: Int) throws(TensorFileError) -> ModelFile {
    var model = ModelFile(graph: graph.keepingSamples(sampleCount))
    var names: Set<String> = []
    func add(_ name: String?, asStored: Bool = false) throws(TensorFileError) {
      guard let name, names.insert(name).inserted else { return }
      switch try array(name) {
      case .stored(let stored): model.stored.append(stored)
      case .tensor(let tensor):
        if asStored { model.stored.append(StoredArray(carrying: tensor)) } else { model.tensors.append(tensor) }
      }
    }
    for layer in graph.layers {
      try add(layer.weights?.array)
      try add(layer.bias?.array)
    }
    for sample in model.graph?.samples ?? [] {
      for tensor in graph.tensors { try add(tensor.array(of: sample.name)) }
      try add(sample.profileOutput, asStored: true)
    }
    return model
  }

  /// Gives an array the meaning that the graph knows of it.
  private func described(_ array: NetworkArray) throws(TensorFileError) -> NetworkArray {
    guard case .tensor(let tensor) = array else { return array }
    var descriptor = tensor.descriptor
    func take(_ shape: [Int], _ type: ArrayType, _ layout: TensorLayout, _ zeroPoint: Int32?)
      throws(TensorFileError)
    {
      guard shape == descriptor.shape, type.elementType == descriptor.elementType else {
        throw TensorFileError(
          .inconsistent,
          "\(descriptor.elementType.name) \(descriptor.shape), but \(Self.graphFile) says \(type.rawValue) \(shape)")
      }
      descriptor.layout = layout
      descriptor.zeroPoint = zeroPoint
    }
    if let layer = graph.layers.first(where: { $0.weights?.array == descriptor.name }), let weights = layer.weights {
      let zeroPoint = weights.zeroPoints.count == 1 ? weights.zeroPoints[0] : nil
      try take(weights.shape, weights.type, weights.layout, zeroPoint)
      if case .convolution(let window) = layer.operation { descriptor.convolutionGroups = window.groups }
    } else if let activation = graph.tensors.first(where: { $0.files.contains { $0.array == descriptor.name } }) {
      try take(activation.shape, activation.type, activation.layout, activation.zeroPoint)
    }
    return .tensor(QuantizedTensor(descriptor: descriptor, region: tensor.region))
  }
}
