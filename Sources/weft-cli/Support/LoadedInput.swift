import Networks
import SystemPackage
import TensorFiles
import Weft

/// What an input of the command holds: arrays to pack and to carry, how each should lie, and the layer graph.
struct LoadedInput {
  /// One array and the lane order it gets unless the user says otherwise.
  struct Item {
    var array: NetworkArray
    var order: LaneOrder
  }

  var items: [Item]
  var graph: LayerGraph?
  var notices: [String] = []

  /// Reads an input by what its name says it is. `layout` is for bare arrays, `samples` for network folders.
  static func load(_ path: String, layout: TensorLayout?, samples: Int) throws -> LoadedInput {
    do {
      if path != "-", MappedFile.isFolder(path) {
        return LoadedInput(try NetworkFolder(path).model(sampleCount: samples))
      }
      return LoadedInput(items: [Item(array: try bareArray(path, layout: layout), order: .linear)])
    } catch let error as TensorFileError {
      throw CommandFailure(file: path == "-" ? "standard input" : path, error)
    }
  }

  private init(items: [Item]) { self.items = items }

  /// A network: weights in the order of the array's filters, activations in that of its channels.
  private init(_ model: ModelFile) {
    let weights = Set(model.graph?.layers.compactMap { $0.weights?.array } ?? [])
    items = model.arrays.map { array in
      guard case .tensor(let tensor) = array else { return Item(array: array, order: .linear) }
      let order: LaneOrder = weights.contains(array.name) ? .filters : .channels
      return Item(array: array, order: LoadedInput.applies(order, tensor.descriptor) ? order : .linear)
    }
    graph = model.graph
    notices = model.notices
  }

  private static func applies(_ order: LaneOrder, _ descriptor: TensorDescriptor) -> Bool {
    (try? LaneGeometry(descriptor, order: order, groupSize: .lanes16, block: order.defaultBlock)) != nil
  }

  private static func bareArray(_ path: String, layout: TensorLayout?) throws -> NetworkArray {
    let file: ByteRegion
    let name: String
    if path == "-" {
      let spool = try Spool.standardInput(for: "standard input")
      defer { try? spool.close() }
      file = try MappedFile.open("/proc/self/fd/\(spool.rawValue)")
      name = "stdin"
    } else {
      file = try MappedFile.open(path)
      name = FilePath(path).lastComponent?.stem ?? path
    }
    let array = try NpyFile.read(file, name: name)
    switch array {
    case .stored(let stored):
      guard !stored.type.isQuantizableFloat else {
        throw TensorFileError(.floatsNeedQuantization, "\(stored.type.rawValue) values are not packed")
      }
      return array
    case .tensor(var tensor):
      guard let layout else { return array }
      guard layout.roles.count == tensor.descriptor.shape.count else {
        throw TensorFileError(
          .inconsistent, "--layout has \(layout.roles.count) axes, the array \(tensor.descriptor.shape.count)")
      }
      tensor.descriptor.layout = layout
      return .tensor(tensor)
    }
  }
}
