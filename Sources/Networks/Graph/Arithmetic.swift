/// Whose arithmetic a graph's numbers follow.
public enum Arithmetic: String, Hashable, Sendable, CaseIterable {
  /// 8-bit activations and weights with scales and zero points, int32 sums, fixed-point requantisation.
  case tfliteInt8 = "tflite_int8"
  /// 16-bit activations with 8-bit weights, otherwise as `tfliteInt8`; sums are int64 where biases are.
  case tfliteInt16 = "tflite_int16"
  /// 16-bit fixed point with one fraction a tensor, int64 sums, shift and round half up.
  case fixed16
  /// QLinear and QDQ operators of ONNX: int32 sums, real multipliers, ties to even.
  case onnx
  /// Shapes only: nothing can be computed.
  case shapes
}
