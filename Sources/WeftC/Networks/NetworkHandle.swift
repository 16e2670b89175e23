import CWeft
import Loom
import Networks
import Weft

/// What a `weft_network *` points to.
final class NetworkHandle {
  let graph: LayerGraph
  private let container: ContainerHandle

  init(_ container: ContainerHandle) throws {
    self.container = container
    graph = try PackedNetwork(container.reader).graph
  }

  /// The network for one run, with the input that the caller gives in place of the stored ones.
  func opened(input: UnsafeRawPointer?, _ byteCount: Int) throws -> (PackedNetwork<ContainerSource>, sample: String) {
    let network = try PackedNetwork(container.reader)
    if let input {
      guard let name = graph.inputs.first, let tensor = graph.tensor(name), let type = tensor.type.elementType else {
        throw CallFailure(WEFT_ERROR_GRAPH_UNSUPPORTED, "the network's input is no packed integers")
      }
      let descriptor = TensorDescriptor(name: name, shape: tensor.shape, elementType: type, layout: tensor.layout)
      guard byteCount == descriptor.byteCount else {
        throw CallFailure(
          WEFT_ERROR_INVALID_ARGUMENT,
          "\(byteCount) bytes for an input of \(descriptor.byteCount): \(type.name) \(tensor.shape)")
      }
      let region = ByteRegion(adopting: UnsafeRawBufferPointer(start: input, count: byteCount)) { _ in }
      try network.give(QuantizedTensor(descriptor: descriptor, region: region))
    }
    guard let sample = network.graph.samples.first?.name else {
      throw NetworkError(.missing, "there are no activations: give an input")
    }
    return (network, sample)
  }

  static func of(_ pointer: OpaquePointer?) throws(CallFailure) -> NetworkHandle {
    guard let pointer else { throw .null("the network") }
    return Unmanaged<NetworkHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }

  func layer(_ number: Int64) throws(CallFailure) -> Layer {
    guard number >= 0, number < graph.layers.count else {
      throw CallFailure(WEFT_ERROR_NO_SUCH_ENTRY, "layer \(number) of \(graph.layers.count)")
    }
    return graph.layers[Int(number)]
  }
}
