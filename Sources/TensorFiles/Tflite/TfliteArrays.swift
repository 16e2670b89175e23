import Networks
import Weft

/// Gathers the constants of a `.tflite` file.
struct TfliteArrays {
  private(set) var arrays: [NetworkArray] = []
  var notices: [String] = []
  var names = NameTable()
  /// Constants left out, by type.
  private(set) var skipped: [String: Int] = [:]
  private let file: ByteRegion
  private var budget: ArrayBudget

  init(file: ByteRegion) {
    self.file = file
    budget = ArrayBudget(fileByteCount: file.count)
  }

  /// Adds a tensor if it is constant.
  mutating func add(_ tensor: TfliteTensor, _ subgraph: TfliteSubgraph) throws(TensorFileError) {
    guard let range = tensor.data else { return }
    guard let type = tensor.type else {
      skipped[tensor.typeNumber == 5 ? "string" : "number \(tensor.typeNumber)", default: 0] += 1
      return
    }
    let place = "tensor '\(tensor.name)'"
    guard let valueCount = ArrayVolume.valueCount(tensor.shape),
      let byteCount = ArrayVolume.byteCount(tensor.shape, elementByteCount: type.byteCount)
    else { throw TensorFileError(.inconsistent, "constant of shape \(tensor.shape)", place: place) }
    let isNibbles = type == .int4 || type == .uint4
    let expected = isNibbles ? PackedNibbles.byteCount(valueCount) : byteCount
    guard range.count == expected else {
      throw TensorFileError(.inconsistent, "\(expected) bytes expected, \(range.count) found", place: place)
    }
    try budget.spend(byteCount, on: tensor.name)
    let region =
      isNibbles
      ? try PackedNibbles.expand(
        FileBytes(FileBytes(file), range), valueCount: valueCount, isSigned: type == .int4)
      : file.window(range)
    let zeroPoint = tensor.zeroPoints.count == 1 ? Int32(exactly: tensor.zeroPoints[0]) : nil
    arrays.append(
      NetworkArray(
        name: tensor.name, type: type, shape: tensor.shape, layout: subgraph.weightLayout(of: tensor),
        zeroPoint: zeroPoint, region: region))
  }
}
