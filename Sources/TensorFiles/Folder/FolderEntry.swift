import Networks
import Weft

/// One file of a folder that is to be written: its path in the folder, and its bytes in two pieces.
public struct FolderEntry: Sendable {
  /// Path relative to the folder.
  public var path: String
  /// The first bytes.
  public var header: [UInt8]
  /// The bytes behind them.
  public var data: ByteRegion

  /// Makes an entry.
  public init(path: String, header: [UInt8], data: ByteRegion = ByteRegion(copying: [])) {
    self.path = path
    self.header = header
    self.data = data
  }

  /// The `.npy` file of an array, at its name.
  public init(_ array: NetworkArray) throws(TensorFileError) {
    path = array.name + ".npy"
    switch array {
    case .tensor(let tensor): (header, data) = try NpyFile.encode(tensor)
    case .stored(let stored): (header, data) = try NpyFile.encode(stored)
    }
  }

  /// The whole file in one array; copies.
  public var bytes: [UInt8] { header + FileBytes(data) }
}

extension ModelFile {
  /// The files of the network folder that holds this model: every array as `.npy`, and the graph where there is one.
  ///
  /// A model that was read from a network folder gives the same arrays byte for byte.
  public func networkFolder() throws(TensorFileError) -> [FolderEntry] {
    var entries: [FolderEntry] = []
    for array in arrays { entries.append(try FolderEntry(array)) }
    if let graph { entries.append(FolderEntry(path: NetworkFolder.graphFile, header: graph.encoded())) }
    return entries
  }
}
