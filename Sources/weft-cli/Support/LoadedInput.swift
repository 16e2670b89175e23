import Networks
import SystemPackage
import TensorFiles
import Weft

/// What an input of the command holds: arrays to pack and to carry, how each should lie, and the layer graph.
struct LoadedInput {
  /// How inputs are read.
  struct Options {
    /// Axes of bare arrays.
    var layout: TensorLayout?
    /// Samples of a network folder.
    var samples = 1
    /// How floats become integers; nil refuses them.
    var quantization: FloatQuantization?
    /// A precision profile to lay over the layer graph.
    var profile: String?
  }

  /// One array and the lane order it gets unless the user says otherwise.
  struct Item {
    var array: NetworkArray
    var order: LaneOrder
  }

  var items: [Item] = []
  var graph: LayerGraph?
  var notices: [String] = []

  /// Reads an input by what it is; `-` is an array or model on standard input.
  init(_ path: String, _ options: Options) throws {
    let name = path == "-" ? "standard input" : path
    for path in [path, options.profile].compactMap({ $0 }) { ReadFiles.note(path) }
    do {
      var model = try Self.model(path, options)
      if let profile = options.profile { try Self.lay(profile, over: &model, name) }
      if let layout = options.layout { try Self.lay(layout, over: &model) }
      fill(model)
    } catch let error as TensorFileError {
      throw CommandFailure(file: name, error)
    }
  }

  private static func model(_ path: String, _ options: Options) throws -> ModelFile {
    let opening = ModelFile.OpeningOptions(quantization: options.quantization, sampleCount: options.samples)
    guard path == "-" else { return try ModelFile.open(path, options: opening) }
    let spool = try Spool.standardInput(for: "standard input")
    defer { try? spool.close() }
    let file = try MappedFile.open("/proc/self/fd/\(spool.rawValue)")
    return try ModelFile.read(file, path: "-", name: "stdin", options: opening)
  }

  /// Weights lie in the order of the array's filters, other activations of a network in that of its channels, and
  /// arrays without a network as they are.
  private mutating func fill(_ model: ModelFile) {
    let weights = Set(model.graph?.layers.compactMap { $0.weights?.array } ?? [])
    let activations = Set(model.graph?.tensors.flatMap { $0.files.map(\.array) } ?? [])
    items = model.arrays.map { array in
      guard case .tensor(let tensor) = array else { return Item(array: array, order: .linear) }
      let order: LaneOrder =
        weights.contains(array.name) ? .filters : activations.contains(array.name) ? .channels : .linear
      return Item(array: array, order: LoadedInput.applies(order, tensor) ? order : .linear)
    }
    graph = model.graph
    notices = model.notices
  }

  /// True when the order can take the tensor: it has the axes, and no value less its zero point needs 17 bits.
  private static func applies(_ order: LaneOrder, _ tensor: QuantizedTensor) -> Bool {
    let descriptor = tensor.descriptor
    let type = descriptor.elementType
    let zeroPoint = descriptor.zeroPoint ?? 0
    let isSigned = zeroPoint > type.minimum
    let fits = [type.minimum, type.maximum].allSatisfy { Precision(needed: $0 - zeroPoint, isSigned: isSigned) != nil }
    guard order != .linear, fits || type.byteCount == 1 || zeroPoint == 0 else { return order == .linear }
    return (try? LaneGeometry(descriptor, order: order, groupSize: .lanes16, block: order.defaultBlock)) != nil
  }

  private static func lay(_ layout: TensorLayout, over model: inout ModelFile) throws {
    guard model.graph == nil else {
      throw TensorFileError(.unsupported, "--layout is for bare arrays; a network says what its axes mean")
    }
    for index in model.tensors.indices {
      let rank = model.tensors[index].descriptor.shape.count
      guard layout.roles.count == rank else {
        throw TensorFileError(
          .inconsistent, "--layout has \(layout.roles.count) axes, '\(model.tensors[index].descriptor.name)' \(rank)")
      }
      model.tensors[index].descriptor.layout = layout
    }
  }

  private static func lay(_ profile: String, over model: inout ModelFile, _ name: String) throws {
    guard let graph = model.graph else {
      throw TensorFileError(.unsupported, "--profile is for networks: there is no layer graph")
    }
    do {
      let table = try MappedFile.open(profile)
      model.graph = try withExtendedLifetime(table) { try graph.applying(try ProfileTable(table.bytes)) }
    } catch {
      throw CommandFailure(file: profile, "\(error)")
    }
  }
}
