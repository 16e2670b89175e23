import Networks
import Weft

/// Reads the topology table of SCALE-Sim: shapes of layers, nothing else.
///
/// Convolutions have the columns name, input height and width, filter height and width, channels, filters, stride;
/// matrix products name, M, N, K. The first line is a header. Source: scalesim-project/SCALE-Sim, `topology_utils.py`.
public enum TopologyFile {
  /// The layers as a graph of shapes; they stand side by side, each with its own input, as the table does not connect
  /// them. Values count as 16-bit, since the table has no types. `name` names the graph.
  ///
  /// Throws `malformed`, `inconsistent` or `tooLarge` with the line.
  public static func read(_ file: ByteRegion, name: String) throws(TensorFileError) -> LayerGraph {
    do throws(NetworkError) {
      // `file` holds the bytes while they are read, and the table keeps none of them.
      let rows = try unsafe FileBytes(file).withPointer { text throws(NetworkError) in try unsafe CommaTable(text).rows
      }
      guard let header = rows.first, header.cells.count >= 4 else {
        throw NetworkError(.malformed, "a header of at least four columns is expected", place: "line 1")
      }
      let isProduct = header.cells[1...3].map { $0.lowercased() } == ["m", "n", "k"]
      var graph = LayerGraph(name: name, arithmetic: .shapes)
      for row in rows.dropFirst() {
        var numbers: [Int] = []
        for cell in row.cells.dropFirst().prefix(isProduct ? 3 : 7) {
          guard let number = Int(cell), number >= 1, number <= Window.maximum else {
            throw NetworkError(.malformed, "'\(cell)' is no size", place: "line \(row.line)")
          }
          numbers.append(number)
        }
        guard numbers.count == (isProduct ? 3 : 7) else {
          throw NetworkError(.malformed, "\(numbers.count) numbers", place: "line \(row.line)")
        }
        if isProduct {
          addProduct(row.cells[0], numbers, to: &graph)
        } else {
          addConvolution(row.cells[0], numbers, to: &graph)
        }
      }
      try graph.check()
      return graph
    } catch { throw TensorFileError(error) }
  }

  private static func addProduct(_ name: String, _ numbers: [Int], to graph: inout LayerGraph) {
    let (rows, columns, inner) = (numbers[0], numbers[1], numbers[2])
    add(
      Layer(
        name: name, operation: .fullyConnected, inputs: ["\(name).input"], output: "\(name).output",
        weights: LayerParameter(array: nil, type: .int16, shape: [columns, inner])),
      input: [rows, inner], output: [rows, columns], to: &graph)
  }

  private static func addConvolution(_ name: String, _ numbers: [Int], to graph: inout LayerGraph) {
    let (height, width, kernelHeight, kernelWidth) = (numbers[0], numbers[1], numbers[2], numbers[3])
    let (channels, filters, stride) = (numbers[4], numbers[5], numbers[6])
    var window = Window(kernel: (kernelHeight, kernelWidth), stride: (stride, stride))
    // The simulator rounds the number of windows up: a last one may hang over the edge.
    window.padding = Padding(
      bottom: overhang(height, kernelHeight, stride), right: overhang(width, kernelWidth, stride))
    add(
      Layer(
        name: name, operation: .convolution(window), inputs: ["\(name).input"], output: "\(name).output",
        weights: LayerParameter(array: nil, type: .int16, shape: [filters, kernelHeight, kernelWidth, channels])),
      input: [1, height, width, channels],
      output: [1, window.outputHeight(height) ?? 0, window.outputWidth(width) ?? 0, filters], to: &graph)
  }

  private static func overhang(_ size: Int, _ kernel: Int, _ stride: Int) -> Int {
    guard size >= kernel else { return 0 }
    let rest = (size - kernel) % stride
    return rest == 0 ? 0 : stride - rest
  }

  private static func add(_ layer: Layer, input: [Int], output: [Int], to graph: inout LayerGraph) {
    graph.tensors.append(GraphTensor(name: layer.inputs[0], shape: input, type: .int16))
    graph.tensors.append(GraphTensor(name: layer.output, shape: output, type: .int16))
    graph.inputs.append(layer.inputs[0])
    graph.outputs.append(layer.output)
    graph.layers.append(layer)
  }
}
