import Weft

extension Layer {
  init(
    decoding value: JSONValue, index: Int, arithmetic: Arithmetic, tensors: [String: GraphTensor]
  ) throws(NetworkError) {
    var object = try JSONObject(value, place: "layer \(index)")
    let name = try object.needed(try object.string("name"), "name")
    let place = "layer '\(name)'"
    object = try JSONObject(value, place: place)
    _ = object.take("name")
    let type = try object.needed(try object.string("type"), "type")
    let inputs = try object.needed(try object.strings("inputs"), "inputs")
    let output = try object.needed(try object.string("output"), "output")
    let standard = type == "depthwise_conv2d" ? "1HWC" : type == "conv2d" ? "OHWI" : "OI"
    let weights = try LayerParameter(decoding: try object.object("weights"), standardLayout: standard)
    let bias = try LayerParameter(decoding: try object.object("bias"), standardLayout: "C")
    let operation = try LayerOperation(decoding: &object, type: type, weights: weights, arithmetic: arithmetic)
    self.init(name: name, operation: operation, inputs: inputs, output: output, weights: weights, bias: bias)
    requantization = try Requantization(decoding: &object)
    outputRange = try Self.range(&object)
    fusedActivation = try object.string("fused_activation")
    accumulatorType = arithmetic == .fixed16 || bias?.type == .int64 ? .int64 : .int32
    if var sums = try object.object("accumulators") {
      accumulatorType = try ShapeText.type(&sums)
      accumulators = try ArrayPath.files(&sums, place: place)
      accumulatorExtras = sums.rest
    }
    if let value = object.take("profile") { profile = try PrecisionProfile(decoding: value, place: place) }
    try agree(&object, index: index, tensors: tensors)
    extras = object.rest
  }

  private static func range(_ object: inout JSONObject) throws(NetworkError) -> ClosedRange<Int32>? {
    let lower = try object.integer("act_min")
    let upper = try object.integer("act_max")
    guard let lower, let upper else {
      guard lower == nil, upper == nil else {
        throw object.error(.missing, "act_min and act_max come together", key: "act_min")
      }
      return nil
    }
    guard lower <= upper, let small = Int32(exactly: lower), let large = Int32(exactly: upper) else {
      throw object.error(.inconsistent, "\(lower)...\(upper) is no range", key: "act_min")
    }
    return small...large
  }

  /// What a layer repeats of its tensors, written again by the encoder, must agree with them.
  private func agree(
    _ object: inout JSONObject, index: Int, tensors: [String: GraphTensor]
  ) throws(NetworkError) {
    let sources = inputs.map { tensors[$0] }
    let first = sources.first ?? nil
    let result = tensors[output]
    try Self.agree(try object.integer("index"), index, object, "index")
    for (key, tensor) in [("input_shape", first), ("output_shape", result)] {
      guard var shape = try object.object(key) else { continue }
      try Self.agree(try shape.integers("dims"), tensor?.shape, object, key)
    }
    try Self.agree(try object.double("input_scale"), first?.scale, object, "input_scale")
    try Self.agree(try object.double("output_scale"), result?.scale, object, "output_scale")
    try Self.agree(try object.integer("input_zero_point"), first.map { Int($0.zeroPoint) }, object, "input_zero_point")
    try Self.agree(
      try object.integer("output_zero_point"), result.map { Int($0.zeroPoint) }, object, "output_zero_point")
    try Self.agree(try object.integer("input_fraction_bits"), first?.fractionBits, object, "input_fraction_bits")
    try Self.agree(try object.integer("output_fraction_bits"), result?.fractionBits, object, "output_fraction_bits")
    try Self.agree(try object.doubles("input_scales"), sources.compactMap { $0?.scale }, object, "input_scales")
    try Self.agree(
      try object.integers("input_zero_points"), sources.compactMap { $0.map { Int($0.zeroPoint) } }, object,
      "input_zero_points")
    if let macs = try object.integer("macs"), let first, let result {
      try Self.agree(macs, LayerGeometry(self, input: first, output: result)?.multiplications, object, "macs")
    }
  }

  private static func agree<Value: Equatable>(
    _ said: Value?, _ known: Value?, _ object: JSONObject, _ key: String
  ) throws(NetworkError) {
    guard let said, said != known else { return }
    throw object.error(.inconsistent, "\(said), but the tensors say \(known.map { "\($0)" } ?? "nothing")", key: key)
  }
}
