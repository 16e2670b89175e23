/// One AttributeProto: the kinds that are used.
struct OnnxAttribute {
  private(set) var name = ""
  private(set) var float: Float?
  private(set) var integer: Int?
  private(set) var text: Range<Int>?
  private(set) var tensor: Range<Int>?
  private(set) var integers: [Int]?
  /// True when the attribute holds a graph, which is not followed.
  private(set) var hasGraph = false

  init(_ file: FileBytes, _ range: Range<Int>) throws(TensorFileError) {
    var list: [Int] = []
    var reader = WireReader(file, range)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let range)): name = try OnnxMessage.text(file, range)
      case (2, .fixed32(let bits)): float = Float(bitPattern: bits)
      case (3, .varint(let number)): integer = Int(Int64(bitPattern: number))
      case (4, .bytes(let range)): text = range
      case (5, .bytes(let range)): tensor = range
      case (6, _), (11, _): hasGraph = true
      case (8, _):
        try OnnxMessage.append(value, to: &list, file)
        integers = list
      case (20, .varint(7)): integers = list
      default: break
      }
    }
  }
}
