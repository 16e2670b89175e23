import Networks
import Testing
import Weft

@Test func `a graph is read with everything it says, and written back with nothing lost`() throws {
  let graph = try SmallGraphs.decoded()
  let layer = try #require(graph.layers.first)
  #expect(layer.operation == .convolution(Window(kernel: (2, 2))))
  #expect(layer.weights?.array == "weights/w" && layer.bias?.type == .int32)
  #expect(layer.outputRange == -1...127)
  #expect(layer.profile == PrecisionProfile(activationBits: 5, weightLowBitsDropped: 2))
  #expect(layer.accumulators == [SampleFile(sample: "s0", array: "accumulators/s0/conv")])
  #expect(graph.samples.first?.profileOutput == "profile/s0/output")
  let text = String(decoding: graph.encoded(), as: UTF8.self)
  #expect(text.components("kept") == 4)
  #expect(try SmallGraphs.decoded(text) == graph)
  #expect(try SmallGraphs.decoded(text).encoded() == graph.encoded())
}

extension String {
  fileprivate func components(_ word: String) -> Int {
    var count = 0
    var rest = self[...]
    while let place = rest.firstRange(of: word) {
      count += 1
      rest = rest[place.upperBound...]
    }
    return count
  }
}

@Test func `a container's graph names no sample that is not in it, and no accumulators`() throws {
  let graph = try SmallGraphs.decoded().keepingSamples(0)
  #expect(graph.samples.isEmpty)
  #expect(graph.tensors.allSatisfy { $0.files.isEmpty })
  #expect(graph.layers.allSatisfy { $0.accumulators.isEmpty })
  #expect(try SmallGraphs.decoded().keepingSamples(1).tensors.first?.files.count == 1)
}

@Test(arguments: [
  ("\"dnn-fixture-1\"", "\"dnn-fixture-9\"", NetworkError.Rule.unsupported),
  ("\"tflite_int8\"", "\"float\"", .unsupported),
  ("\"input\": \"x\"", "\"input\": \"z\"", .missing),
  ("\"inputs\": [\"x\"]", "\"inputs\": [\"y\"]", .inconsistent),
  ("\"inputs\": [\"x\"]", "\"inputs\": [\"z\"]", .inconsistent),
  ("\"inputs\": [\"x\"]", "\"inputs\": [\"x\", \"x\"]", .inconsistent),
  ("\"output\": \"y\",\n   \"weights\"", "\"output\": \"x\",\n   \"weights\"", .inconsistent),
  ("[1, 3, 3, 2]", "[1, 3, 3, -2]", .inconsistent),
  ("[1, 3, 3, 2]", "[1, 3, 4, 2]", .inconsistent),
  ("[1, 3, 3, 2]", "[1, 4611686018427387904, 4, 2]", .tooLarge),
  ("[1, 3, 3, 2]", "[1, 1, 1, 1, 1, 3, 3, 1, 2]", .inconsistent),
  ("[4, 2, 2, 2]", "[4, 2, 2, 3]", .inconsistent),
  ("[4, 2, 2, 2]", "[4, 3, 2, 2]", .inconsistent),
  ("\"shape\": [4]}", "\"shape\": [5]}", .inconsistent),
  ("\"stride\": [1, 1]", "\"stride\": [0, 1]", .inconsistent),
  ("\"stride\": [1, 1]", "\"stride\": [1]", .malformed),
  ("\"groups\": 1", "\"groups\": 0", .inconsistent),
  ("\"groups\": 1", "\"groups\": 3", .inconsistent),
  ("\"top\": 0", "\"top\": -1", .inconsistent),
  ("\"top\": 0", "\"top\": 9223372036854775807", .inconsistent),
  ("\"act_min\": -1", "\"act_min\": -200", .inconsistent),
  ("\"act_min\": -1", "\"act_min\": 128", .inconsistent),
  ("\"act_min\": -1,", "", .missing),
  ("\"input_scale\": 0.5", "\"input_scale\": 0.6", .inconsistent),
  ("\"input_zero_point\": 3", "\"input_zero_point\": 4", .inconsistent),
  ("\"zero_point\": 3", "\"zero_point\": 300", .inconsistent),
  ("\"scale\": 0.5,", "\"scale\": -0.5,", .inconsistent),
  ("\"macs\": 128", "\"macs\": 127", .inconsistent),
  ("\"index\": 0", "\"index\": 1", .inconsistent),
  ("two_step", "half_step", .unsupported),
  ("[1073741824]", "[-1073741824]", .inconsistent),
  ("[1073741824]", "[1073741824, 1073741824]", .inconsistent),
  ("\"shift\": [1]", "\"shift\": [1000]", .inconsistent),
  ("weights/w.npy", "weights/w.txt", .unsupported),
  ("\"activation_bits\": 5", "\"activation_bits\": 50", .inconsistent),
  ("\"activation_bits\": 5", "\"activation_bit\": 5", .unsupported),
  ("\"dtype\": \"int8\", \"shape\": [4", "\"dtype\": \"string\", \"shape\": [4", .unsupported),
  ("\"OHWI\"", "\"OHW\"", .inconsistent),
])
func `a graph that contradicts itself is one error`(_ part: String, _ replacement: String, _ rule: NetworkError.Rule) {
  let changed = SmallGraphs.text.replacingFirst(part, with: replacement)
  #expect(changed != SmallGraphs.text, "nothing was changed")
  let error = #expect(throws: NetworkError.self) { try SmallGraphs.decoded(changed) }
  #expect(error?.rule == rule, "\(error.map { "\($0)" } ?? "")")
  #expect(error?.place.isEmpty == false || part.contains("input\": \"x\"") || part.contains("output"))
}

extension String {
  fileprivate func replacingFirst(_ part: String, with replacement: String) -> String {
    guard let place = firstRange(of: part) else { return self }
    return String(self[..<place.lowerBound]) + replacement + String(self[place.upperBound...])
  }
}

@Test func `layers of every kind keep their numbers through the text`() throws {
  let multiplier = try #require(FixedPointMultiplier(0.3))
  func tensor(_ name: String, _ shape: [Int]) -> GraphTensor {
    GraphTensor(name: name, shape: shape, type: .int8, scale: 0.5, zeroPoint: 1)
  }
  let image = [1, 4, 4, 2]
  let layers: [(Layer, [Int])] = [
    (
      Layer(
        name: "add",
        operation: .add(AddScaling(leftShift: 20, first: multiplier, second: multiplier, output: multiplier)),
        inputs: ["x", "x"], output: ""), image
    ),
    (Layer(name: "sum", operation: .add(nil), inputs: ["x", "x"], output: ""), image),
    (
      Layer(
        name: "relu6", operation: .clamp(.relu6), inputs: ["x"], output: "",
        requantization: .fixedPoint(.reducedMultiplier, [multiplier]), outputRange: 0...6), image
    ),
    (
      Layer(name: "quantize", operation: .clamp(.requantize), inputs: ["x"], output: "", requantization: .real([0.7])),
      image
    ),
    (Layer(name: "shift", operation: .clamp(.clip), inputs: ["x"], output: "", requantization: .shift(-3)), image),
    (Layer(name: "softmax", operation: .softmax(beta: 0.5), inputs: ["x"], output: ""), image),
    (Layer(name: "unknown", operation: .other("conv2d"), inputs: ["x"], output: ""), [7]),
    (Layer(name: "reshape", operation: .reshape, inputs: ["x"], output: ""), [32]),
    (Layer(name: "transpose", operation: .transpose([0, 3, 1, 2]), inputs: ["x"], output: ""), [1, 2, 4, 4]),
    (
      Layer(
        name: "pad", operation: .pad(before: [0, 1, 0, 0], after: [0, 0, 2, 0], value: 5), inputs: ["x"], output: ""),
      [1, 5, 6, 2]
    ),
    (Layer(name: "concat", operation: .concatenate(axis: 3), inputs: ["x", "x"], output: ""), [1, 4, 4, 4]),
    (Layer(name: "mean", operation: .mean(axes: [1, 2]), inputs: ["x"], output: ""), [1, 2]),
    (
      Layer(name: "matmul", operation: .matrixMultiply(transposesSecond: true), inputs: ["x", "x"], output: ""),
      [1, 4, 4, 4]
    ),
    (
      Layer(
        name: "average",
        operation: .averagePool(
          Window(kernel: (2, 3), stride: (2, 1), padding: Padding(top: 1, left: 0, bottom: 1, right: 1)), .halfEven),
        inputs: ["x"], output: ""), [1, 3, 3, 2]
    ),
    (
      Layer(name: "maximum", operation: .maxPool(Window(kernel: (2, 2), dilation: (2, 3))), inputs: ["x"], output: ""),
      [1, 2, 1, 2]
    ),
  ]
  for (layer, shape) in layers {
    var layer = layer
    layer.output = "y"
    let graph = LayerGraph(
      name: "g", arithmetic: .tfliteInt8, inputs: ["x"], outputs: ["y"],
      tensors: [tensor("x", image), tensor("y", shape)], layers: [layer])
    #expect(try LayerGraph(decoding: graph.encoded()) == graph, "\(layer.name)")
  }
}
