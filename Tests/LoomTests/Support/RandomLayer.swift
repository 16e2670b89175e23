import Loom
import Networks
import TestSupport
import Weft

/// One layer with random operands, as a network that can run.
struct RandomLayer {
  /// What is drawn.
  struct Shape: Sendable, CustomStringConvertible {
    var name: String
    var operation: LayerOperation
    var input: [Int]
    var weights: [Int]
    var groups = 1
    var inputType = ArrayType.int8
    var weightType = ArrayType.int8
    /// Bits of the widest activation and weight.
    var inputBits = 6
    var weightBits = 5
    var zeroPoint: Int32 = 0
    var isUnsigned = false

    var description: String { name }

    /// Every kind of layer and every corner of its geometry.
    static let all: [Shape] = [
      Shape(name: "3x3 same", operation: conv(3, padding: 1), input: [1, 7, 9, 32], weights: [24, 3, 3, 32]),
      Shape(
        name: "3x3 stride 2, uneven padding",
        operation: .convolution(
          Window(kernel: (3, 3), stride: (2, 2), padding: Padding(top: 0, left: 1, bottom: 1, right: 0))),
        input: [1, 9, 11, 20], weights: [17, 3, 3, 20], zeroPoint: 3),
      Shape(
        name: "stride 3, dilation 2", operation: .convolution(Window(kernel: (2, 3), stride: (3, 1), dilation: (2, 2))),
        input: [1, 9, 12, 16], weights: [130, 2, 3, 16], inputBits: 3),
      Shape(
        name: "3 channels", operation: conv(5, padding: 2), input: [1, 8, 8, 3], weights: [6, 5, 5, 3], zeroPoint: -5),
      Shape(
        name: "1 channel, 7x7 stride 2", operation: conv(7, stride: 2), input: [1, 15, 13, 1], weights: [9, 7, 7, 1]),
      Shape(
        name: "two images", operation: conv(3, padding: 1), input: [2, 4, 5, 16], weights: [8, 3, 3, 16],
        isUnsigned: true),
      Shape(
        name: "groups of 24 channels", operation: conv(3, padding: 1, groups: 2), input: [1, 6, 6, 48],
        weights: [10, 3, 3, 24], groups: 2),
      Shape(
        name: "groups of 4 channels", operation: conv(3, groups: 5), input: [1, 6, 6, 20], weights: [15, 3, 3, 4],
        groups: 5),
      Shape(
        name: "1x1, 16 bits", operation: conv(1), input: [1, 5, 7, 40], weights: [33, 1, 1, 40], inputType: .int16,
        weightType: .int16, inputBits: 16, weightBits: 16),
      Shape(
        name: "1x1, unsigned 16 bits", operation: conv(1), input: [1, 6, 6, 33], weights: [5, 1, 1, 33],
        inputType: .uint16, weightType: .int16, inputBits: 16, weightBits: 9, isUnsigned: true),
      Shape(
        name: "unsigned 4 bits", operation: conv(3), input: [1, 6, 6, 18], weights: [12, 3, 3, 18], inputType: .uint4,
        weightType: .int4, inputBits: 4, weightBits: 4, isUnsigned: true),
      Shape(
        name: "depthwise", operation: depthwise(3, padding: 1, groups: 20), input: [1, 7, 6, 20],
        weights: [1, 3, 3, 20], zeroPoint: -7),
      Shape(
        name: "depthwise, 5x5 stride 2", operation: depthwise(5, stride: 2, padding: 2, groups: 8),
        input: [1, 9, 9, 8], weights: [1, 5, 5, 8]),
      Shape(
        name: "depthwise, two filters a channel", operation: depthwise(3, groups: 9), input: [1, 6, 6, 9],
        weights: [1, 3, 3, 18]),
      Shape(name: "fully connected", operation: .fullyConnected, input: [1, 100], weights: [40, 100], zeroPoint: 4),
      Shape(
        name: "fully connected, many outputs", operation: .fullyConnected, input: [1, 50], weights: [300, 50],
        inputType: .int16, weightType: .int16, inputBits: 12, weightBits: 11),
      Shape(name: "fully connected, many rows", operation: .fullyConnected, input: [40, 24], weights: [10, 24]),
      Shape(name: "fully connected, few inputs", operation: .fullyConnected, input: [3, 5], weights: [7, 5]),
      Shape(name: "fully connected on an image", operation: .fullyConnected, input: [1, 3, 4, 5], weights: [12, 60]),
    ]

    private static func conv(_ kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1) -> LayerOperation {
      .convolution(window(kernel, stride, padding, groups))
    }

    private static func depthwise(
      _ kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int
    ) -> LayerOperation {
      .depthwiseConvolution(window(kernel, stride, padding, groups))
    }

    private static func window(_ kernel: Int, _ stride: Int, _ padding: Int, _ groups: Int) -> Window {
      Window(
        kernel: (kernel, kernel), stride: (stride, stride),
        padding: Padding(top: padding, left: padding, bottom: padding, right: padding), groups: groups)
    }
  }

  let shape: Shape
  let graph: LayerGraph
  let arrays: [String: NetworkArray]
  let input: QuantizedTensor
  let weights: QuantizedTensor

  init(_ shape: Shape, seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    self.shape = shape
    let outputShape = Self.outputShape(shape)
    let filters = outputShape.last!
    func draw(_ bits: Int, unsigned: Bool) -> Int32 {
      // Mostly small, as activations are: dynamic widths differ from step to step.
      let width = max(1, Int(random.next() % UInt64(bits)) + 1)
      let value = Int32(random.next() % (1 << UInt64(width)))
      return unsigned ? value : value - 1 << Int32(width - 1)
    }
    let inputType = shape.inputType.elementType!
    input = QuantizedTensor(
      descriptor: TensorDescriptor(
        name: "x", shape: shape.input, elementType: inputType, zeroPoint: shape.zeroPoint),
      values: (0..<shape.input.reduce(1, *)).map { _ in
        let value = draw(shape.inputBits, unsigned: shape.isUnsigned) + shape.zeroPoint
        return min(max(value, inputType.minimum), inputType.maximum)
      })
    let isDepthwise = if case .depthwiseConvolution = shape.operation { true } else { false }
    weights = QuantizedTensor(
      descriptor: TensorDescriptor(
        name: "w", shape: shape.weights, elementType: shape.weightType.elementType!,
        layout: isDepthwise ? TensorLayout("1HWC") : TensorLayout(shape.weights.count == 2 ? "OI" : "OHWI"),
        convolutionGroups: shape.groups, zeroPoint: 0),
      values: (0..<shape.weights.reduce(1, *)).map { _ in draw(shape.weightBits, unsigned: false) })
    let bias = (0..<filters).map { _ in Int64(random.next() % 2000) - 1000 }
    let bytes = bias.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    arrays = [
      "x": .tensor(input), "w": .tensor(weights),
      "b": .stored(StoredArray(name: "b", type: .int64, shape: [filters], region: ByteRegion(copying: bytes))),
    ]
    graph = LayerGraph(
      name: shape.name, arithmetic: .fixed16, inputs: ["x"], outputs: ["y"],
      tensors: [
        GraphTensor(
          name: "x", shape: shape.input, type: shape.inputType, zeroPoint: shape.zeroPoint,
          files: [SampleFile(sample: "s", array: "x")]),
        GraphTensor(name: "y", shape: outputShape, type: .int16),
      ],
      layers: [
        Layer(
          name: "layer", operation: shape.operation, inputs: ["x"], output: "y",
          weights: LayerParameter(
            array: "w", type: shape.weightType, shape: shape.weights, layout: weights.descriptor.layout),
          bias: LayerParameter(array: "b", type: .int64, shape: [filters]), requantization: .shift(5),
          accumulatorType: .int64)
      ], samples: [GraphSample(name: "s")])
  }

  private static func outputShape(_ shape: Shape) -> [Int] {
    guard let window = shape.operation.window else {
      return [shape.input.reduce(1, *) / shape.weights[1], shape.weights[0]]
    }
    let isDepthwise = if case .depthwiseConvolution = shape.operation { true } else { false }
    return [
      shape.input[0], window.outputHeight(shape.input[1])!, window.outputWidth(shape.input[2])!,
      isDepthwise ? shape.weights[3] : shape.weights[0],
    ]
  }

  /// Packs what is asked for.
  func source(kernel: Kernel = .best) -> OperandSource {
    OperandSource(
      packed: { name, order in
        guard case .tensor(let tensor)? = arrays[name] else { return nil }
        return try OperandPacking(kernel: kernel).pack(tensor, order: order)
      }, integers: { arrays[$0]?.integers })
  }

  /// Runs the layer with every result checked against the reference.
  func run(
    _ machine: Machine, _ options: RunOptions = RunOptions(), kernel: Kernel = .best
  ) throws -> (run: LayerRun, check: LayerCheck, output: PackedTensor) {
    let arrays = arrays
    let source = source(kernel: kernel)
    let network = try NetworkRun(graph: graph, machine: machine, options: options, kernel: kernel, source: source)
    let check = try RunCheck(
      graph: graph, sample: "s", options: options, source: source, parameters: { arrays[$0] })
    network.observer = check
    var result: LayerRun?
    try network.run(sample: "s") { result = $0 }
    return (result!, check.checks["layer"]!, network.output("y")!)
  }
}
