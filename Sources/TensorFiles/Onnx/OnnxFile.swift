import Networks
import Weft

/// Reads `.onnx` files: every initialiser and constant, and the layer graph.
///
/// A protobuf wire reader of our own, over the mapped file: swift-protobuf decodes `raw_data` into memory of its own,
/// which would hold a whole model twice, and costs more to build than this whole target; what is read here are seven
/// messages of the schema. Source: onnx/onnx, `onnx.proto3`.
public enum OnnxFile {
  /// Reads a file; `name` names the graph where the model does not, and external data is looked for in `folder`.
  ///
  /// Integers of 4, 8 and 16 bits are tensors: windows into the file where they lie in `raw_data` or outside, values
  /// of typed fields and 4-bit ones converted. All others are stored arrays. `unquantized` names the floats that
  /// `--to` leaves alone: scales, and arrays of less than two axes. Throws one error for whatever is malformed.
  public static func read(
    _ file: ByteRegion, name: String, folder: String
  ) throws(TensorFileError) -> (model: ModelFile, unquantized: Set<String>) {
    var reader = WireReader(FileBytes(file), 0..<file.count)
    var found: OnnxGraph?
    while let (field, value) = try reader.next() {
      if field == 7, case .bytes(let range) = value { found = try OnnxGraph(FileBytes(file), range) }
    }
    guard let graph = found else { throw TensorFileError(.malformed, "no graph in the model") }
    var values = OnnxValues(file: file, folder: folder)
    let builder = try OnnxGraphBuilder(graph, values: values, name: graph.name.isEmpty ? name : graph.name)
    var model = ModelFile(graph: builder.graph, notices: builder.notices)
    var names: Set<String> = []
    var skipped: [String: Int] = [:]
    var unquantized = builder.scaleNames
    for tensor in graph.constants {
      guard !tensor.name.isEmpty, names.insert(tensor.name).inserted else {
        throw TensorFileError(
          .inconsistent, "an initialiser without a name, or with another's", at: tensor.message.lowerBound)
      }
      guard let type = tensor.type else {
        skipped[OnnxType.name(tensor.typeNumber), default: 0] += 1
        continue
      }
      let region = try values.region(tensor, type: type)
      if tensor.shape.count < 2 { unquantized.insert(tensor.name) }
      let use = builder.weightUses[tensor.name]
      let array = NetworkArray(
        name: tensor.name, type: type, shape: tensor.shape, layout: use?.layout,
        convolutionGroups: use?.groups ?? 1, zeroPoint: use?.zeroPoint, region: region)
      switch array {
      case .tensor(let tensor): model.tensors.append(tensor)
      case .stored(let stored): model.stored.append(stored)
      }
    }
    model.notices += skipped.sorted { $0.key < $1.key }.map { "\($0.value) initialisers of type \($0.key) skipped" }
    if graph.sparseCount > 0 { model.notices.append("\(graph.sparseCount) sparse initialisers skipped") }
    if graph.nestedCount > 0 {
      model.notices.append("\(graph.nestedCount) nodes with graphs of their own not followed")
    }
    return (model, unquantized)
  }
}
