import Networks
import Weft

/// Small graphs that tests change.
enum SmallGraphs {
  /// One convolution in the network.json form, all of whose numbers agree.
  static let text = """
    {"format": "dnn-fixture-1", "name": "small", "kind": "tflite_int8", "licence": {"name": "kept"},
     "samples": {"s0": {"description": "kept", "profile_run": {"output": "profile/s0/output.npy", "argmax": 2}}},
     "input": "x", "output": "y",
     "tensors": {
       "x": {"shape": [1, 3, 3, 2], "layout": "NHWC", "dtype": "int8", "scale": 0.5, "zero_point": 3, "files":
         {"s0": "activations/s0/x.npy"}},
       "y": {"shape": [1, 2, 2, 4], "layout": "NHWC", "dtype": "int8", "scale": 0.25, "zero_point": -1, "note": "kept"}},
     "layers": [{"index": 0, "name": "conv", "type": "conv2d", "inputs": ["x"], "output": "y",
       "weights": {"file": "weights/w.npy", "dtype": "int8", "shape": [4, 2, 2, 2], "layout": "OHWI", "scale": [0.5],
         "zero_point": 0, "per_channel": false},
       "bias": {"file": "weights/b.npy", "dtype": "int32", "shape": [4]},
       "stride": [1, 1], "padding": {"top": 0, "left": 0, "bottom": 0, "right": 0}, "dilation": [1, 1], "groups": 1,
       "fused_activation": "relu", "act_min": -1, "act_max": 127, "input_scale": 0.5, "input_zero_point": 3,
       "requant": {"rule": "two_step", "real_multiplier": [1.0], "q31_multiplier": [1073741824], "shift": [1]},
       "profile": {"activation_bits": 5, "weight_low_bits_dropped": 2},
       "accumulators": {"dtype": "int32", "includes_bias": true, "files": {"s0": "accumulators/s0/conv.npy"}},
       "macs": 128, "remark": "kept"}]}
    """

  static func decoded(_ text: String = text) throws(NetworkError) -> LayerGraph {
    try LayerGraph(decoding: Array(text.utf8))
  }

  /// A tensor of the values 0, 1, 2, ... shifted to begin at `first`.
  static func counting(_ name: String, _ shape: [Int], from first: Int32, _ type: ElementType = .int8) -> NetworkArray {
    let count = shape.reduce(1, *)
    return .tensor(
      QuantizedTensor(
        descriptor: TensorDescriptor(name: name, shape: shape, elementType: type),
        values: (0..<Int32(count)).map { first + $0 }))
  }

  /// A 32-bit array.
  static func words(_ name: String, _ words: [Int32]) -> NetworkArray {
    let bytes = words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    return .stored(StoredArray(name: name, type: .int32, shape: [words.count], region: ByteRegion(copying: bytes)))
  }
}
