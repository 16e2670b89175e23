extension LayerOperation {
  init(
    decoding object: inout JSONObject, type: String, weights: LayerParameter?, arithmetic: Arithmetic
  ) throws(NetworkError) {
    switch type {
    case "conv2d", "depthwise_conv2d":
      guard let shape = weights?.filterShape else {
        throw object.error(.missing, "a convolution needs weights of two position axes", key: "weights")
      }
      let window = try Window(decoding: &object, kernel: (shape[1], shape[2]))
      self = type == "conv2d" ? .convolution(window) : .depthwiseConvolution(window)
    case "fully_connected": self = .fullyConnected
    case "matmul": self = .matrixMultiply(transposesSecond: try object.boolean("transpose_second") ?? false)
    case "max_pool": self = .maxPool(try Window(decoding: &object, kernel: nil))
    case "avg_pool":
      let rounding = try AverageRounding(decoding: &object, arithmetic: arithmetic)
      self = .averagePool(try Window(decoding: &object, kernel: nil), rounding)
    case "add": self = .add(try AddScaling(decoding: &object))
    case "reshape": self = .reshape
    case "transpose":
      self = .transpose(try object.needed(try object.integers("permutation"), "permutation"))
    case "softmax": self = .softmax(beta: try object.double("beta") ?? 1)
    case "pad":
      let value = try object.integer("value")
      guard value.map({ Int32(exactly: $0) != nil }) ?? true else {
        throw object.error(.tooLarge, "\(value ?? 0)", key: "value")
      }
      self = .pad(
        before: try object.needed(try object.integers("before"), "before"),
        after: try object.needed(try object.integers("after"), "after"), value: value.map { Int32($0) })
    case Self.otherType: self = .other(try object.needed(try object.string("operator"), "operator"))
    case "concat": self = .concatenate(axis: try Self.axis(&object))
    case "mean": self = .mean(axes: try object.needed(try object.integers("axes"), "axes"))
    default: self = ClampKind(rawValue: type).map { .clamp($0) } ?? .other(type)
    }
  }

  /// The channel axis of a tensor whose rank is not known here.
  static let channelAxis = -1

  private static func axis(_ object: inout JSONObject) throws(NetworkError) -> Int {
    guard let value = object.take("axis") else { return channelAxis }
    switch value {
    case .string("channel"): return channelAxis
    case .integer(let axis) where (0..<8).contains(axis): return Int(axis)
    default: throw object.error(.malformed, "an axis is expected", key: "axis")
    }
  }
}

extension AverageRounding {
  init(decoding object: inout JSONObject, arithmetic: Arithmetic) throws(NetworkError) {
    guard let words = try object.string("rounding") else {
      self = arithmetic == .fixed16 ? .halfUp : .awayFromZero
      return
    }
    switch words {
    case Self.awayFromZero.words: self = .awayFromZero
    case Self.halfUp.words: self = .halfUp
    case Self.halfEven.words: self = .halfEven
    default: throw object.error(.unsupported, "'\(words)'", key: "rounding")
    }
  }

  /// The rule as `network.json` words it.
  var words: String {
    switch self {
    case .awayFromZero:
      "t>0: (t + n/2)/n ; t<=0: (t - n/2)/n ; integer division truncating toward zero; "
        + "n = taps inside the input; same scale and zero point in and out"
    case .halfUp: "floor((2*sum + n) / (2*n)), n = number of positions; format unchanged"
    case .halfEven: "nearest, ties to even, of the values without zero point; n = taps inside the input"
    }
  }
}

extension AddScaling {
  init?(decoding object: inout JSONObject) throws(NetworkError) {
    guard let leftShift = try object.integer("left_shift") else { return nil }
    guard (0...30).contains(leftShift) else { throw object.error(.tooLarge, "\(leftShift)", key: "left_shift") }
    self.init(
      leftShift: leftShift, first: try FixedPointMultiplier(decoding: &object, "input1_multiplier"),
      second: try FixedPointMultiplier(decoding: &object, "input2_multiplier"),
      output: try FixedPointMultiplier(decoding: &object, "output_multiplier"))
  }
}
