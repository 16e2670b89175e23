import Networks
import SystemPackage
import TensorFiles
import Weft

/// What an input of the command holds: arrays to pack and to carry, and how each should lie.
struct LoadedInput {
  /// One array and the lane order it gets unless the user says otherwise.
  struct Item {
    var array: NetworkArray
    var order: LaneOrder
  }

  var items: [Item]

  /// Reads an input by what its name says it is.
  static func load(_ path: String, layout: TensorLayout?) throws -> LoadedInput {
    let file: ByteRegion
    let name: String
    do {
      if path == "-" {
        file = try MappedFile.open("/proc/self/fd/\(try Spool.standardInput(for: "standard input").rawValue)")
        name = "stdin"
      } else {
        guard !MappedFile.isFolder(path) else { throw CommandFailure(file: path, "is a folder without network.json") }
        file = try MappedFile.open(path)
        name = FilePath(path).lastComponent?.stem ?? path
      }
      var array = try NpyFile.read(file, name: name)
      if let layout, case .tensor(var tensor) = array {
        guard layout.roles.count == tensor.descriptor.shape.count else {
          throw CommandFailure(
            file: path, "--layout has \(layout.roles.count) axes, the array \(tensor.descriptor.shape.count)")
        }
        tensor.descriptor.layout = layout
        array = .tensor(tensor)
      }
      if case .stored(let stored) = array, stored.type.isQuantizableFloat {
        throw CommandFailure(file: path, "holds \(stored.type.rawValue) values (--to int8 or --to int16:Q quantises)")
      }
      return LoadedInput(items: [Item(array: array, order: .linear)])
    } catch let error as TensorFileError {
      throw CommandFailure(file: path == "-" ? "standard input" : path, error)
    }
  }
}
