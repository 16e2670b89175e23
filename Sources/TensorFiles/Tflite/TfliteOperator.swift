/// One operator of a `.tflite` graph.
struct TfliteOperator {
  /// The schema's BuiltinOperator.
  let code: Int32
  /// The schema's name in small letters, the custom name, or the number.
  let name: String
  /// Indices of tensors; -1 where an input is left out.
  let inputs: [Int]
  let outputs: [Int]
  /// The operator's own table, where it has one.
  let options: FlatTable?

  init(_ table: FlatTable, codes: [(code: Int32, name: String)], tensorCount: Int) throws(TensorFileError) {
    let index = Int(try table.number(0, absent: UInt32(0)))
    guard index < codes.count else {
      throw TensorFileError(.inconsistent, "operator code \(index) of \(codes.count)", at: table.offset)
    }
    (code, name) = codes[index]
    inputs = try table.vector(1, elementByteCount: 4).numbers(Int32.self).map { Int($0) }
    outputs = try table.vector(2, elementByteCount: 4).numbers(Int32.self).map { Int($0) }
    guard (inputs + outputs).allSatisfy({ $0 >= -1 && $0 < tensorCount }) else {
      throw TensorFileError(.inconsistent, "an operator's tensor of \(tensorCount)", at: table.offset)
    }
    options = try table.table(4)
  }

  /// The schema's names of the operators that are understood, and of some common ones that are not.
  static let names: [Int32: String] = [
    0: "add", 1: "average_pool_2d", 2: "concatenation", 3: "conv_2d", 4: "depthwise_conv_2d", 6: "dequantize",
    9: "fully_connected", 14: "logistic", 17: "max_pool_2d", 18: "mul", 19: "relu", 20: "relu_n1_to_1", 21: "relu6",
    22: "reshape", 23: "resize_bilinear", 25: "softmax", 28: "tanh", 34: "pad", 36: "gather", 39: "transpose",
    40: "mean", 41: "sub", 42: "div", 43: "squeeze", 45: "strided_slice", 47: "exp", 49: "split", 53: "cast",
    54: "prelu", 55: "maximum", 56: "arg_max", 57: "minimum", 60: "padv2", 65: "slice", 67: "transpose_conv",
    70: "expand_dims", 74: "sum", 76: "rsqrt", 77: "shape", 83: "pack", 88: "unpack", 97: "resize_nearest_neighbor",
    98: "leaky_relu", 99: "squared_difference", 114: "quantize", 117: "hard_swish", 118: "if", 119: "while",
    126: "batch_matmul", 150: "gelu",
  ]
}
