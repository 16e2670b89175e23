/// One NodeProto.
struct OnnxNode {
  private(set) var name = ""
  private(set) var type = ""
  private(set) var domain = ""
  /// Names of values; empty where an optional input is left out.
  private(set) var inputs: [String] = []
  private(set) var outputs: [String] = []
  private(set) var attributes: [String: OnnxAttribute] = [:]

  init(_ file: FileBytes, _ range: Range<Int>) throws(TensorFileError) {
    var reader = WireReader(file, range)
    while let (field, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      switch field {
      case 1: inputs.append(try OnnxMessage.text(file, range))
      case 2: outputs.append(try OnnxMessage.text(file, range))
      case 3: name = try OnnxMessage.text(file, range)
      case 4: type = try OnnxMessage.text(file, range)
      case 5:
        let attribute = try OnnxAttribute(file, range)
        attributes[attribute.name] = attribute
      case 7: domain = try OnnxMessage.text(file, range)
      default: break
      }
      guard inputs.count + outputs.count + attributes.count <= 1 << 16 else {
        throw TensorFileError(.tooLarge, "a node of more than 65,536 parts", at: range.lowerBound)
      }
    }
  }

  /// The value of an input; nil where it is left out.
  func input(_ index: Int) -> String? {
    inputs.indices.contains(index) && !inputs[index].isEmpty ? inputs[index] : nil
  }

  /// An integer attribute, or what stands for it when it is left out.
  func integer(_ name: String, absent: Int) -> Int { attributes[name]?.integer ?? absent }

  /// A list attribute; nil when it is left out.
  func integers(_ name: String) -> [Int]? { attributes[name]?.integers }
}
