import Networks
import Weft

/// Reads `.tflite` files: every constant, and the layer graph of the only subgraph.
///
/// Source: the LiteRT schema, version 3.
public enum TfliteFile {
  /// The file identifier at byte 4.
  static let identifier = Array("TFL3".utf8)

  /// Reads a file; `name` names the graph.
  ///
  /// Constants of 4, 8 and 16 bits are tensors, windows into `file` (4-bit ones are expanded to a byte each);
  /// all others are stored arrays. Layers with operators or sizes that are not understood keep their place as
  /// `LayerOperation.other`, with a notice. Throws one error for whatever is malformed.
  public static func read(_ file: ByteRegion, name: String) throws(TensorFileError) -> ModelFile {
    guard file.count >= 8 else { throw TensorFileError(.truncated, "\(file.count) bytes", at: 0) }
    let bytes = FileBytes(file)
    guard bytes[4..<8].elementsEqual(identifier) else {
      throw TensorFileError(.malformed, "no TFL3 at byte 4", at: 4)
    }
    let model = try FlatTable(root: bytes)
    let version = try model.number(0, absent: UInt32(0))
    guard version == 3 else { throw TensorFileError(.unsupported, "schema version \(version), 3 is known") }
    let buffers = try TfliteBuffers(model, fileByteCount: file.count)
    let subgraphs = try model.vector(2, elementByteCount: 4)
    guard subgraphs.count <= 1024 else { throw TensorFileError(.tooLarge, "\(subgraphs.count) subgraphs") }
    let codes = try operatorCodes(model)
    var reader = TfliteArrays(file: file)
    var graph: LayerGraph?
    for index in 0..<subgraphs.count {
      let table = try subgraphs.table(index)
      let prefix = index == 0 ? "" : "subgraph\(index)/"
      let subgraph = try TfliteSubgraph(table, codes: codes, buffers: buffers, prefix: prefix, names: &reader.names)
      for tensor in subgraph.tensors { try reader.add(tensor, subgraph) }
      if subgraphs.count == 1 {
        let builder = try TfliteGraphBuilder(subgraph, file: bytes, name: name)
        graph = builder.graph
        reader.notices += builder.notices
      }
    }
    if subgraphs.count > 1 {
      reader.notices.append("\(subgraphs.count) subgraphs: no layer graph")
    }
    reader.notices += reader.skipped.sorted { $0.key < $1.key }.map {
      "\($0.value) constants of type \($0.key) skipped"
    }
    return ModelFile(arrays: reader.arrays, graph: graph, notices: reader.notices)
  }

  private static func operatorCodes(_ model: FlatTable) throws(TensorFileError) -> [(code: Int32, name: String)] {
    let tables = try model.vector(1, elementByteCount: 4)
    guard tables.count <= 4096 else { throw TensorFileError(.tooLarge, "\(tables.count) operator codes") }
    var codes: [(code: Int32, name: String)] = []
    for index in 0..<tables.count {
      let table = try tables.table(index)
      // Old files have the number in a byte only, new ones in both.
      let code = max(try table.number(3, absent: Int32(0)), Int32(try table.number(0, absent: Int8(0))))
      let custom = try table.string(1)
      codes.append((code, custom.isEmpty ? TfliteOperator.names[code] ?? "operator_\(code)" : custom))
    }
    return codes
  }
}
