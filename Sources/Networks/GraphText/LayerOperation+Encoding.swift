extension LayerOperation {
  /// The written form of an operation that is not understood: an operator of any name, that must not be taken for one
  /// that is.
  static let otherType = "other"

  /// The operation's type in `network.json`.
  var typeText: String { if case .other = self { Self.otherType } else { name } }

  /// The members that say how the operation is done, besides its name.
  var encoded: [JSONMember] {
    switch self {
    case .convolution(let window), .depthwiseConvolution(let window): window.encoded(withGroups: true)
    case .maxPool(let window): window.encoded(withGroups: false)
    case .averagePool(let window, let rounding):
      window.encoded(withGroups: false) + [JSONMember("rounding", .string(rounding.words))]
    case .matrixMultiply(let transposesSecond): [JSONMember("transpose_second", .boolean(transposesSecond))]
    case .add(let scaling?):
      [
        JSONMember("left_shift", .integer(Int64(scaling.leftShift))),
        JSONMember("input1_multiplier", scaling.first.encoded), JSONMember("input2_multiplier", scaling.second.encoded),
        JSONMember("output_multiplier", scaling.output.encoded),
      ]
    case .transpose(let permutation): [JSONMember("permutation", ShapeText.integers(permutation))]
    case .softmax(let beta): [JSONMember("beta", .number(beta))]
    case .pad(let before, let after, let value):
      [JSONMember("before", ShapeText.integers(before)), JSONMember("after", ShapeText.integers(after))]
        + (value.map { [JSONMember("value", .integer(Int64($0)))] } ?? [])
    case .concatenate(let axis):
      [JSONMember("axis", axis == Self.channelAxis ? .string("channel") : .integer(Int64(axis)))]
    case .mean(let axes): [JSONMember("axes", ShapeText.integers(axes))]
    case .other(let name): [JSONMember("operator", .string(name))]
    case .fullyConnected, .add(nil), .clamp, .reshape: []
    }
  }
}
