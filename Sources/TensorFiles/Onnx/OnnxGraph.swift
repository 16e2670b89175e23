/// The parts of a GraphProto that are used.
struct OnnxGraph {
  private(set) var name = ""
  private(set) var nodes: [OnnxNode] = []
  /// Initialisers, and the values of Constant nodes, in the order of the file.
  private(set) var constants: [OnnxTensor] = []
  private(set) var inputs: [OnnxValueInfo] = []
  private(set) var outputs: [OnnxValueInfo] = []
  /// What is said of values between layers.
  private(set) var values: [String: OnnxValueInfo] = [:]
  private(set) var sparseCount = 0
  /// Nodes that hold graphs of their own.
  private(set) var nestedCount = 0

  /// Most nodes, constants, and values.
  static let maximumCount = 1 << 18

  init(_ file: FileBytes, _ range: Range<Int>) throws(TensorFileError) {
    var reader = WireReader(file, range)
    var count = 0
    var textCount = 0
    while let (field, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      count += 1
      guard count <= 2 * Self.maximumCount else {
        throw TensorFileError(.tooLarge, "a graph of more than \(2 * Self.maximumCount) parts", at: range.lowerBound)
      }
      switch field {
      case 1:
        let node = try OnnxNode(file, range)
        textCount += node.inputs.count + node.outputs.count + node.attributes.count
        guard textCount <= 1 << 22 else { throw TensorFileError(.tooLarge, "the nodes' inputs", at: range.lowerBound) }
        if node.attributes.values.contains(where: \.hasGraph) { nestedCount += 1 }
        if node.type == "Constant", let output = node.outputs.first, let tensor = node.attributes["value"]?.tensor {
          constants.append(try OnnxTensor(file, tensor, named: output))
        } else {
          nodes.append(node)
        }
      case 2: name = try OnnxMessage.text(file, range)
      case 5: constants.append(try OnnxTensor(file, range))
      case 11: inputs.append(try OnnxValueInfo(file, range))
      case 12: outputs.append(try OnnxValueInfo(file, range))
      case 13:
        let info = try OnnxValueInfo(file, range)
        values[info.name] = info
      case 15: sparseCount += 1
      default: break
      }
    }
  }
}
