import Weft

/// One subgraph of a `.tflite` file.
struct TfliteSubgraph {
  let tensors: [TfliteTensor]
  let operators: [TfliteOperator]
  let inputs: [Int]
  let outputs: [Int]
  /// Layouts of the tensors that operators use as weights, by name.
  private let weightLayouts: [String: TensorLayout]

  /// Most tensors and most operators of a subgraph.
  static let maximumCount = 1 << 18

  init(
    _ table: FlatTable, codes: [(code: Int32, name: String)], buffers: TfliteBuffers, prefix: String,
    names: inout NameTable
  ) throws(TensorFileError) {
    let tensorTables = try table.vector(0, elementByteCount: 4)
    let operatorTables = try table.vector(3, elementByteCount: 4)
    guard tensorTables.count <= Self.maximumCount, operatorTables.count <= Self.maximumCount else {
      throw TensorFileError(.tooLarge, "more than \(Self.maximumCount) tensors or operators", at: table.offset)
    }
    var tensors: [TfliteTensor] = []
    var listCount = 0
    for index in 0..<tensorTables.count {
      let tensor = try TfliteTensor(
        try tensorTables.table(index), number: index, buffers: buffers, names: &names, prefix: prefix)
      listCount += tensor.scales.count + tensor.zeroPoints.count + tensor.shape.count
      try Self.bound(listCount)
      tensors.append(tensor)
    }
    self.tensors = tensors
    var operators: [TfliteOperator] = []
    for index in 0..<operatorTables.count {
      let node = try TfliteOperator(try operatorTables.table(index), codes: codes, tensorCount: tensors.count)
      listCount += node.inputs.count + node.outputs.count
      try Self.bound(listCount)
      operators.append(node)
    }
    self.operators = operators
    weightLayouts = Self.weightLayouts(operators, tensors)
    inputs = try table.vector(1, elementByteCount: 4).numbers(Int32.self).map { Int($0) }
    outputs = try table.vector(2, elementByteCount: 4).numbers(Int32.self).map { Int($0) }
    guard (inputs + outputs).allSatisfy({ tensors.indices.contains($0) }) else {
      throw TensorFileError(.inconsistent, "an input or output of \(tensors.count) tensors", at: table.offset)
    }
  }

  /// What a constant's axes mean, from the operator that uses it as weights; nil where none does.
  func weightLayout(of tensor: TfliteTensor) -> TensorLayout? { weightLayouts[tensor.name] }

  private static func weightLayouts(
    _ operators: [TfliteOperator], _ tensors: [TfliteTensor]
  ) -> [String: TensorLayout] {
    var layouts: [String: TensorLayout] = [:]
    for node in operators where node.inputs.count >= 2 && node.inputs[1] >= 0 {
      let weights = tensors[node.inputs[1]]
      guard let text = [3: "OHWI", 4: "1HWC", 9: "OI"][node.code], text.utf8.count == weights.shape.count else {
        continue
      }
      layouts[weights.name] = TensorLayout(text)
    }
    return layouts
  }

  // Lists may share bytes of the file, so that their sum has no bound but this.
  private static func bound(_ count: Int) throws(TensorFileError) {
    guard count <= 1 << 23 else { throw TensorFileError(.tooLarge, "more than 8,388,608 numbers in lists") }
  }
}
