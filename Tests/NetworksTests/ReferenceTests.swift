import Networks
import Testing
import Weft

/// Deterministic values in -range...range.
private func noise(_ count: Int, _ range: Int32, _ seed: UInt64) -> [Int32] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int32(truncatingIfNeeded: state >> 33) % (range + 1)
  }
}

private func tensor(_ name: String, _ shape: [Int], _ layout: String, _ values: [Int32]) -> NetworkArray {
  .tensor(
    QuantizedTensor(
      descriptor: TensorDescriptor(name: name, shape: shape, elementType: .int16, layout: TensorLayout(layout)!),
      values: values))
}

/// A convolution of an image of height 6, width 5 in either order of axes, its sums taken without requantisation.
private func sums(
  _ window: Window, channels: Int, filters: Int, isDepthwise: Bool = false, isChannelFirst: Bool
) throws -> [Int64] {
  let fanIn = isDepthwise ? 1 : channels / window.groups
  let height = try #require(window.outputHeight(6))
  let width = try #require(window.outputWidth(5))
  let (kernelHeight, kernelWidth) = (window.kernelHeight, window.kernelWidth)
  let image = noise(2 * 6 * 5 * channels, 3000, 1)
  let weights = noise(filters * kernelHeight * kernelWidth * fanIn, 3000, 2)
  let imageShape = isChannelFirst ? [2, channels, 6, 5] : [2, 6, 5, channels]
  let stored =
    isChannelFirst ? AxisOrder.transposed(image, shape: [2, 6, 5, channels], permutation: [0, 3, 1, 2]) : image
  let canonical = isDepthwise ? [1, kernelHeight, kernelWidth, filters] : [filters, kernelHeight, kernelWidth, fanIn]
  let order = isDepthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]
  let weightShape = isChannelFirst ? order.map { canonical[$0] } : canonical
  let factors = isChannelFirst ? AxisOrder.transposed(weights, shape: canonical, permutation: order) : weights
  let weightLayout = isDepthwise ? (isChannelFirst ? "C1HW" : "1HWC") : (isChannelFirst ? "OIHW" : "OHWI")
  let layer = Layer(
    name: "conv", operation: isDepthwise ? .depthwiseConvolution(window) : .convolution(window), inputs: ["x"],
    output: "y",
    weights: LayerParameter(array: "w", type: .int16, shape: weightShape, layout: TensorLayout(weightLayout)),
    requantization: .shift(0), accumulatorType: .int64)
  let layout = TensorLayout(isChannelFirst ? "NCHW" : "NHWC")
  let graph = LayerGraph(
    name: "g", arithmetic: .fixed16, inputs: ["x"], outputs: ["y"],
    tensors: [
      GraphTensor(name: "x", shape: imageShape, layout: layout, type: .int16),
      GraphTensor(
        name: "y", shape: isChannelFirst ? [2, filters, height, width] : [2, height, width, filters], layout: layout,
        type: .int16),
    ], layers: [layer])
  let source = tensor("w", weightShape, weightLayout, factors)
  let executor = try ReferenceExecutor(graph: graph) { _ in source }
  let result = try executor.evaluate(
    layer, inputs: [IntegerArray(shape: imageShape, layout: layout!, values: stored)])
  let found = try #require(result.accumulators)
  // The trivial twin: one sum at a time, straight from the definition.
  var expected: [Int64] = []
  for batch in 0..<2 {
    for row in 0..<height {
      for column in 0..<width {
        for filter in 0..<filters {
          var sum: Int64 = 0
          for y in 0..<kernelHeight {
            for x in 0..<kernelWidth {
              let line = row * window.strideHeight + y * window.dilationHeight - window.padding.top
              let place = column * window.strideWidth + x * window.dilationWidth - window.padding.left
              guard (0..<6).contains(line), (0..<5).contains(place) else { continue }
              for channel in 0..<fanIn {
                let input =
                  isDepthwise
                  ? filter / (filters / channels) : filter / (filters / window.groups) * fanIn + channel
                let weight =
                  isDepthwise
                  ? (y * kernelWidth + x) * filters + filter
                  : ((filter * kernelHeight + y) * kernelWidth + x) * fanIn + channel
                sum += Int64(image[((batch * 6 + line) * 5 + place) * channels + input]) * Int64(weights[weight])
              }
            }
          }
          expected.append(sum)
        }
      }
    }
  }
  let ordered =
    isChannelFirst
    ? AxisOrder.transposed(expected, shape: [2, height, width, filters], permutation: [0, 3, 1, 2]) : expected
  #expect(found == ordered)
  return found
}

@Test(arguments: [false, true])
func `convolutions of every kind equal the sum straight from the definition, in both orders of axes`(
  _ isChannelFirst: Bool
) throws {
  let padding = Padding(top: 2, left: 0, bottom: 1, right: 3)
  for (kernel, stride, dilation) in [((1, 1), (1, 1), (1, 1)), ((3, 2), (2, 1), (1, 1)), ((2, 3), (1, 2), (2, 1))] {
    for groups in [1, 2, 3] {
      let window = Window(kernel: kernel, stride: stride, dilation: dilation, padding: padding, groups: groups)
      _ = try sums(window, channels: 6, filters: 12, isChannelFirst: isChannelFirst)
    }
    for multiplier in [1, 2] {
      let window = Window(kernel: kernel, stride: stride, dilation: dilation, padding: padding, groups: 6)
      _ = try sums(
        window, channels: 6, filters: 6 * multiplier, isDepthwise: true, isChannelFirst: isChannelFirst)
    }
  }
}

@Test func `a multiplier is encoded as its own product says`() throws {
  for real in [1.0, 0.5, 0.75, 1e-3, 3.7, 1e-9, 0.999999999999] {
    let multiplier = try #require(FixedPointMultiplier(real))
    let product = Double(multiplier.q31) * Double(sign: .plus, exponent: multiplier.shift - 31, significand: 1)
    #expect(abs(product - real) <= real * 0x1p-30)
    #expect(multiplier.q31 >= 1 << 30)
  }
  #expect(FixedPointMultiplier(0)?.q31 == 0)
  #expect(FixedPointMultiplier(1e-20)?.q31 == 0)
  for real in [-1, Double.nan, .infinity, 1e30] { #expect(FixedPointMultiplier(real) == nil) }
}

@Test func `one and two roundings differ where they should`() throws {
  // 0.5 exactly: ties go away from zero in two steps and up in one.
  let half = try #require(FixedPointMultiplier(0.5))
  #expect(half.apply(to: 5, rounding: .twoStep) == 3)
  #expect(half.apply(to: 5, rounding: .singleStep) == 3)
  #expect(half.apply(to: -5, rounding: .singleStep) == -2)
  #expect(half.apply(to: -5, rounding: .twoStep) == -2)
  let eighth = try #require(FixedPointMultiplier(0.125))
  #expect(eighth.apply(to: -4, rounding: .twoStep) == -1)
  #expect(eighth.apply(to: -4, rounding: .singleStep) == 0)
  #expect(eighth.apply(to: Int64(Int32.max) + 1, rounding: .twoStep) == nil)
  #expect(eighth.apply(to: .max, rounding: .singleStep) == nil)
  // A left shift beyond int32 has no result in two steps.
  #expect(FixedPointMultiplier(1024)?.apply(to: 1 << 25, rounding: .twoStep) == nil)
}

@Test func `trimming rounds half up, clamps, and leaves all alone when nothing is dropped`() {
  #expect(Trimming.trim(-32768, droppedBits: 0) == -32768)
  #expect(Trimming.trim(7, droppedBits: 3) == 1)
  #expect(Trimming.trim(4, droppedBits: 3) == 1)
  #expect(Trimming.trim(-4, droppedBits: 3) == 0)
  #expect(Trimming.trim(-5, droppedBits: 3) == -1)
  #expect(Trimming.trim(32767, droppedBits: 8) == 127)
  #expect(Trimming.trim(-32768, droppedBits: 15) == -1)
  #expect(Trimming.trim(32767, droppedBits: 15) == 0)
}

@Test func `averages round as they are named`() {
  func average(_ rounding: AverageRounding, _ values: [Int32]) throws -> Int32? {
    let graph = LayerGraph(
      name: "g", arithmetic: .tfliteInt8, inputs: ["x"], outputs: ["y"],
      tensors: [
        GraphTensor(name: "x", shape: [1, 1, values.count, 1], type: .int8),
        GraphTensor(name: "y", shape: [1, 1, 1, 1], type: .int8),
      ],
      layers: [
        Layer(
          name: "a", operation: .averagePool(Window(kernel: (1, values.count)), rounding), inputs: ["x"], output: "y")
      ])
    let input = IntegerArray(shape: [1, 1, values.count, 1], layout: .standard(rank: 4), values: values)
    return try ReferenceExecutor(graph: graph) { _ in nil }.run(inputs: ["x": input]).outputs["y"]?.values.first
  }
  #expect((try? average(.awayFromZero, [1, 2])) == 2)
  #expect((try? average(.awayFromZero, [-1, -2])) == -2)
  #expect((try? average(.halfUp, [-1, -2])) == -1)
  #expect((try? average(.halfEven, [1, 2])) == 2)
  #expect((try? average(.halfEven, [2, 3])) == 2)
  #expect((try? average(.halfEven, [-1, -2])) == -2)
  #expect((try? average(.halfUp, [5])) == 5)
}

@Test func `the report says which layer, channel and position differ`() throws {
  let graph = try SmallGraphs.decoded()
  let arrays: [String: NetworkArray] = [
    "weights/w": SmallGraphs.counting("weights/w", [4, 2, 2, 2], from: -16),
    "weights/b": SmallGraphs.words("weights/b", [1, 2, 3, 4]),
    "activations/s0/x": SmallGraphs.counting("activations/s0/x", [1, 3, 3, 2], from: -9),
  ]
  let executor = try ReferenceExecutor(graph: graph) { arrays[$0] }
  let input = try #require(
    IntegerArray(arrays["activations/s0/x"]!, shape: [1, 3, 3, 2], layout: .standard(rank: 4)))
  let result = try executor.evaluate(graph.layers[0], inputs: [input])
  var changed = try #require(result.accumulators)
  // Row 1, column 0, channel 2; and one more behind it.
  changed[(1 * 2 + 0) * 4 + 2] += 5
  changed[15] -= 1
  let wrong = SmallGraphs.words("sums", changed.map { Int32($0) })
  guard case .stored(let flat) = wrong else { return }
  let shaped = StoredArray(name: "sums", type: .int32, shape: [1, 2, 2, 4], region: flat.region)
  let check = try ReferenceCheck(graph: graph) { name in
    name == "accumulators/s0/conv" ? .stored(shaped) : arrays[name]
  }
  let report = try check.run(sample: "s0")
  let mismatch = try #require(report.mismatches.first)
  #expect(report.mismatches.count == 1 && report.accumulatorsChecked == 16)
  #expect(mismatch.layer == "conv" && mismatch.what == "accumulators" && mismatch.count == 2)
  #expect(mismatch.position == [0, 1, 0, 2] && mismatch.channel == 2)
  #expect(mismatch.expected == mismatch.found + 5)
  #expect(mismatch.description.contains("layer 'conv': 2 of 16 accumulators differ, first at [0, 1, 0, 2], channel 2"))
  #expect(report.unchecked == ["conv"])
}

@Test func `a sum that leaves its accumulator is an error, not a wrapped number`() throws {
  var graph = try SmallGraphs.decoded()
  let arrays: [String: NetworkArray] = [
    "weights/w": SmallGraphs.counting("weights/w", [4, 2, 2, 2], from: 20),
    "weights/b": SmallGraphs.words("weights/b", [0, 0, .max, 0]),
  ]
  let input = IntegerArray(shape: [1, 3, 3, 2], layout: .standard(rank: 4), values: Array(repeating: 100, count: 18))
  let source: ReferenceExecutor.ArraySource = { arrays[$0] }
  let error = #expect(throws: NetworkError.self) {
    try ReferenceExecutor(graph: graph, arrays: source).run(inputs: ["x": input])
  }
  #expect(error?.rule == .overflow && error?.detail.contains("channel 2") == true)
  graph.layers[0].accumulatorType = .int64
  // The sum fits, but two-step requantisation is defined for 32 bits only.
  let second = #expect(throws: NetworkError.self) {
    try ReferenceExecutor(graph: graph, arrays: source).run(inputs: ["x": input])
  }
  #expect(second?.rule == .overflow)
}

@Test func `what has no defined numbers is refused by name`() throws {
  let image = IntegerArray(shape: [2, 2], layout: .standard(rank: 2), values: [1, 2, 3, 4])
  func run(_ operation: LayerOperation, scale: Double = 0.5, shape: [Int] = [2, 2]) throws -> [String] {
    let graph = LayerGraph(
      name: "g", arithmetic: .tfliteInt8, inputs: ["x"], outputs: ["z"],
      tensors: [
        GraphTensor(name: "x", shape: [2, 2], type: .int8, scale: 0.5),
        GraphTensor(name: "y", shape: shape, type: .int8, scale: scale),
        GraphTensor(name: "z", shape: shape, type: .int8, scale: scale),
      ],
      layers: [
        Layer(name: "first", operation: operation, inputs: ["x"], output: "y"),
        Layer(name: "second", operation: .clamp(.relu), inputs: ["y"], output: "z"),
      ])
    return try ReferenceExecutor(graph: graph) { _ in nil }.run(inputs: ["x": image]).leftOut
  }
  #expect(try run(.reshape) == [])
  #expect(try run(.softmax(beta: 1)) == ["first", "second"])
  for (operation, scale) in [(LayerOperation.other("gelu"), 0.5), (.reshape, 0.25), (.clamp(.relu), 0.25)] {
    let error = #expect(throws: NetworkError.self) { try run(operation, scale: scale) }
    #expect(error?.rule == .unsupported && error?.place == "layer 'first'")
  }
}

@Test func `a profile table is laid over a graph, and a wrong one is refused with its line`() throws {
  func table(_ text: String) throws(NetworkError) -> ProfileTable {
    let result: Result<ProfileTable, NetworkError> = Array(text.utf8).withUnsafeBytes { bytes in
      Result { () throws(NetworkError) in try ProfileTable(bytes) }
    }
    return try result.get()
  }
  let graph = try SmallGraphs.decoded()
  let laid = try graph.applying(
    table("# from a paper\nweight_bits, layer ,activation_bits,activation_signed\n11,\"conv\",8,true\n"))
  #expect(
    laid.layers[0].profile == PrecisionProfile(activationBits: 8, activationIsSigned: true, weightBits: 11))
  #expect(try graph.applying(table("layer\n")).layers[0].profile == graph.layers[0].profile)
  for text in [
    "", "activation_bits\n3\n", "layer,colour\nconv,3\n", "layer,weight_bits\nconv,17\n", "layer,weight_bits\nconv,x\n",
    "layer,weight_bits\nconv,3,4\n", "layer,weight_bits\nconv,3\nconv,4\n", "layer,weight_bits\n\"conv,3\n",
    "layer,activation_signed\nconv,1\n", "layer,weight_low_bits_dropped\nconv,16\n",
  ] {
    let error = #expect(throws: NetworkError.self, "\(text)") { _ = try table(text) }
    #expect(error?.place.contains("line") == true)
  }
  #expect(throws: NetworkError.self) { try graph.applying(table("layer,weight_bits\nconv9,3\n")) }
  // Quoting: a doubled quote is one, and a long line of them takes no longer than any other.
  #expect(try table("layer,weight_bits\n\"a,\"\"b\"\"\",3\n").profiles.keys.sorted() == ["a,\"b\""])
  #expect(try table("layer\n" + String(repeating: " \"\"", count: 100_000) + ",").profiles.isEmpty)
}
