import Networks
import Weft

extension ModelFile {
  /// The model with its floating-point arrays quantised; `keeping` names those that stay as they are.
  ///
  /// Weights of the graph take over type and scale. Each array's loss is a notice. Throws as `FloatQuantizer`.
  public func quantized(
    as rule: FloatQuantization, keeping: Set<String> = []
  ) throws(TensorFileError) -> ModelFile {
    var model = self
    model.stored = []
    var scales: [String: (ArrayType, Double)] = [:]
    for array in stored {
      guard array.type.isQuantizableFloat, !keeping.contains(array.name) else {
        model.stored.append(array)
        continue
      }
      var (tensor, loss) = try FloatQuantizer.quantize(array, as: rule)
      if let weights = graph?.layers.lazy.compactMap(\.weights).first(where: { $0.array == array.name }) {
        tensor.descriptor.layout = weights.layout
      }
      model.tensors.append(tensor)
      model.notices.append(loss.description)
      scales[array.name] = (rule == .int8 ? .int8 : .int16, loss.scale)
    }
    guard var graph else { return model }
    for index in graph.layers.indices {
      for path in [\Layer.weights, \Layer.bias] {
        guard let name = graph.layers[index][keyPath: path]?.array, let (type, scale) = scales[name] else { continue }
        graph.layers[index][keyPath: path]?.type = type
        graph.layers[index][keyPath: path]?.scales = [scale]
      }
    }
    model.graph = graph
    return model
  }

  /// Throws `floatsNeedQuantization` when the model holds arrays that `--to` would quantise.
  public func needingNoQuantization() throws(TensorFileError) -> ModelFile {
    let floats = stored.filter { $0.type.isQuantizableFloat }
    guard let first = floats.first else { return self }
    throw TensorFileError(
      .floatsNeedQuantization,
      "\(floats.count) arrays of \(first.type.rawValue) values (--to int8 or --to int16:Q quantises)",
      place: "array '\(first.name)'")
  }
}
