import Networks
import Weft

/// DNNsim's tree: `models/NET/model.csv` and `precision.txt`, `net_traces/NET/wgt-LAYER.npy` and
/// `act-LAYER-0.npy`.
///
/// Traces are real numbers in the order NCHW and OIHW; DNNsim rounds them to the formats of `precision.txt`. Source:
/// isakedo/DNNsim, `base/src/NetReader.cpp`, `base/src/Array.cpp`.
public struct SimulatorTree: Sendable {
  /// The network's name.
  public let name: String
  /// The folder with `model.csv`.
  public let modelFolder: String
  /// The folder with the traces.
  public let traceFolder: String

  /// The tree at `path`: its root when it holds one network, or `models/NET`. Nil where there is none. Throws
  /// `inconsistent` when the root holds several.
  public init?(_ path: String) throws(TensorFileError) {
    if MappedFile.exists(path + "/model.csv") {
      modelFolder = path
    } else {
      let names = MappedFile.names(in: path + "/models").filter {
        MappedFile.exists(path + "/models/" + $0 + "/model.csv")
      }
      guard let first = names.first else { return nil }
      guard names.count == 1 else {
        throw TensorFileError(
          .inconsistent, "several networks, name one: models/\(names.sorted().joined(separator: ", "))")
      }
      modelFolder = path + "/models/" + first
    }
    name = String(modelFolder.split(separator: "/").last ?? "")
    traceFolder = modelFolder + "/../../net_traces/" + name
  }

  /// Reads the network: its layers side by side, and the traces as 16-bit integers in the formats of `precision.txt`.
  ///
  /// Traces whose values are not whole in their format need `quantization`, any rule: the format is the file's. They
  /// are then rounded as DNNsim does, with a notice of the loss. Without it they are `floatsNeedQuantization`.
  public func model(quantization: FloatQuantization?) throws(TensorFileError) -> ModelFile {
    let (rows, precision) = try tables()
    var model = ModelFile(graph: LayerGraph(name: name, arithmetic: .fixed16))
    model.graph?.samples = [GraphSample(name: "s0")]
    for (index, row) in rows.enumerated() {
      do throws(TensorFileError) {
        let weights = try trace(
          "wgt-\(row.name)", precision.weights[index], isLossy: quantization != nil, notices: &model.notices)
        let activations = try trace(
          "act-\(row.name)-0", precision.activations[index], isLossy: quantization != nil, notices: &model.notices)
        let builder = SimulatorLayer(
          row: row, weights: weights, activations: activations, weightFormat: precision.weights[index],
          activationFormat: precision.activations[index])
        try builder.add(to: &model)
      } catch { throw error.inside("layer '\(row.name)'") }
    }
    do throws(NetworkError) { try model.graph?.check() } catch { throw TensorFileError(error) }
    return model
  }

  private func tables() throws(TensorFileError) -> ([SimulatorRow], SimulatorPrecision) {
    let table = try MappedFile.open(modelFolder + "/model.csv")
    let precisionFile = modelFolder + "/precision.txt"
    let precision = MappedFile.exists(precisionFile) ? try MappedFile.open(precisionFile) : nil
    do throws(NetworkError) {
      var rows: [SimulatorRow] = []
      for row in try Self.rows(of: table) { rows.append(try SimulatorRow(row)) }
      guard let precision else { return (rows, SimulatorPrecision(layerCount: rows.count)) }
      return (rows, try SimulatorPrecision(Self.rows(of: precision, separator: ";"), layerCount: rows.count))
    } catch { throw TensorFileError(error) }
  }

  private static func rows(
    of file: ByteRegion, separator: Unicode.Scalar = ","
  ) throws(NetworkError) -> [CommaTable.Row] {
    // `file` holds the bytes while they are read, and the table keeps none of them.
    try unsafe FileBytes(file).withPointer { text throws(NetworkError) in
      try unsafe CommaTable(text, separator: separator).rows
    }
  }

  /// A trace as integers; those that are integers already stay as they are.
  private func trace(
    _ name: String, _ format: SimulatorFormat, isLossy: Bool, notices: inout [String]
  ) throws(TensorFileError) -> QuantizedTensor {
    let file = try MappedFile.open(traceFolder + "/" + name + ".npy")
    do throws(TensorFileError) {
      switch try NpyFile.read(file, name: name) {
      case .tensor(let tensor): return tensor
      case .stored(let array):
        guard array.type.isQuantizableFloat else {
          throw TensorFileError(.unsupported, "\(array.type.rawValue) values")
        }
        let (tensor, loss) = try SimulatorRounding.integers(array, format)
        if loss.maximumError > 0 {
          guard isLossy else {
            throw TensorFileError(
              .floatsNeedQuantization,
              "values are not whole multiples of 2^\(-format.fractionBits) (--to int16:\(format.fractionBits) rounds them)"
            )
          }
          notices.append(loss.description)
        }
        return tensor
      }
    } catch { throw error.inside(name + ".npy") }
  }
}
