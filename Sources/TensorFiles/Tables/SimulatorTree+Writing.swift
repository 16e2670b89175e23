import Networks
import Weft

extension SimulatorTree {
  /// The files of the tree that holds a network's weights and one sample's activations, relative to the tree's root.
  ///
  /// Fixed-point values are written as the real numbers they stand for, others as integers without their zero point,
  /// so that DNNsim rounds to the stored integers again; with `trims` each array is trimmed to its layer's profile and
  /// written as the integers that are left. Padding that differs by side, which `model.csv` cannot say, is written into
  /// the activations. Only layers with weights are written. The notices say what could not be kept: DNNsim has no
  /// smallest two's complement value.
  ///
  /// Throws `unsupported` with the layer for strides that differ by axis and for dilation, `inconsistent` for arrays
  /// that are missing.
  public static func files(
    of graph: LayerGraph, sample: String, trims: Bool = false, arrays: ReferenceExecutor.ArraySource
  ) throws(TensorFileError) -> (files: [FolderEntry], notices: [String]) {
    var rows: [SimulatorRow] = []
    var precision = SimulatorPrecision(layerCount: 0)
    var files: [FolderEntry] = []
    var saturatedCount = 0
    let network = String(graph.name.map { $0 == "/" ? "-" : $0 })
    for layer in graph.layers where layer.weights != nil && layer.operation.multiplies {
      do throws(TensorFileError) {
        let export = try SimulatorExport(layer, graph: graph, sample: sample, trims: trims, arrays: arrays)
        rows.append(export.row)
        precision.activations.append(export.activations.format)
        precision.weights.append(export.weights.format)
        saturatedCount += export.activations.saturatedCount + export.weights.saturatedCount
        files.append(try export.activations.file("net_traces/\(network)/act-\(export.row.name)-0"))
        files.append(try export.weights.file("net_traces/\(network)/wgt-\(export.row.name)"))
      } catch { throw error.inside("layer '\(layer.name)'") }
    }
    let table = rows.map { "\($0.name),\($0.type),\($0.stride),\($0.padding)\n" }.joined()
    files.append(FolderEntry(path: "models/\(network)/model.csv", header: Array(table.utf8)))
    files.append(FolderEntry(path: "models/\(network)/precision.txt", header: Array(precision.text.utf8)))
    let notices = saturatedCount > 0 ? ["\(saturatedCount) values saturate in DNNsim's symmetric range"] : []
    return (files, notices)
  }
}
