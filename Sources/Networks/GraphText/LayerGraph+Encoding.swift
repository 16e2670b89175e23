extension LayerGraph {
  /// The graph as the text of a `network.json`: one text for one graph; `init(decoding:)` gives the graph back.
  public func encoded() -> [UInt8] {
    var members = [
      JSONMember("format", .string(Self.format)), JSONMember("name", .string(name)),
      JSONMember("kind", .string(arithmetic.rawValue)),
    ]
    members += extras
    if !samples.isEmpty {
      members.append(JSONMember("samples", .object(samples.map { JSONMember($0.name, $0.encoded) })))
    }
    members.append(JSONMember("input", Self.names(inputs)))
    members.append(JSONMember("output", Self.names(outputs)))
    members.append(JSONMember("tensors", .object(tensors.map { JSONMember($0.name, $0.encoded) })))
    let known = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    members.append(
      JSONMember("layers", .array(layers.enumerated().map { .object($1.encoded(index: $0, tensors: known)) })))
    return JSONWriter.write(.object(members))
  }

  private static func names(_ names: [String]) -> JSONValue {
    names.count == 1 ? .string(names[0]) : .array(names.map { .string($0) })
  }
}

extension GraphSample {
  var encoded: JSONValue {
    var members = extras
    var profile = profileExtras
    if let profileOutput { profile.insert(JSONMember("output", ArrayPath.path(profileOutput)), at: 0) }
    if !profile.isEmpty { members.append(JSONMember("profile_run", .object(profile))) }
    return .object(members)
  }
}

extension GraphTensor {
  var encoded: JSONValue {
    var members = [
      JSONMember("shape", ShapeText.integers(shape)), JSONMember("layout", .string(layout.activationText)),
      JSONMember("dtype", .string(type.rawValue)),
    ]
    if let scale { members.append(JSONMember("scale", .number(scale))) }
    if scale != nil || zeroPoint != 0 { members.append(JSONMember("zero_point", .integer(Int64(zeroPoint)))) }
    if let fractionBits { members.append(JSONMember("fraction_bits", .integer(Int64(fractionBits)))) }
    return .object(members + extras + [ArrayPath.files(files)])
  }
}

extension Layer {
  func encoded(index: Int, tensors: [String: GraphTensor]) -> [JSONMember] {
    let sources = inputs.compactMap { tensors[$0] }
    let result = tensors[output]
    var members = [
      JSONMember("index", .integer(Int64(index))), JSONMember("name", .string(name)),
      JSONMember("type", .string(operation.typeText)), JSONMember("inputs", .array(inputs.map { .string($0) })),
      JSONMember("output", .string(output)),
    ]
    if let first = sources.first { members.append(JSONMember("input_shape", first.shapeText)) }
    if let result { members.append(JSONMember("output_shape", result.shapeText)) }
    if let weights { members.append(JSONMember("weights", weights.encoded(isBias: false))) }
    if let bias { members.append(JSONMember("bias", bias.encoded(isBias: true))) }
    members += operation.encoded
    if let fusedActivation { members.append(JSONMember("fused_activation", .string(fusedActivation))) }
    if let outputRange {
      members.append(JSONMember("act_min", .integer(Int64(outputRange.lowerBound))))
      members.append(JSONMember("act_max", .integer(Int64(outputRange.upperBound))))
    }
    members += quantization(sources, result)
    if let requantization { members.append(requantization.encoded) }
    if let profile { members.append(JSONMember("profile", profile.encoded)) }
    if operation.multiplies {
      members.append(
        JSONMember(
          "accumulators",
          .object(
            [JSONMember("dtype", .string(accumulatorType.rawValue))] + accumulatorExtras
              + [ArrayPath.files(accumulators)])))
    }
    if let first = sources.first, let result,
      let macs = LayerGeometry(self, input: first, output: result)?.multiplications
    {
      members.append(JSONMember("macs", .integer(Int64(macs))))
    }
    return members + extras
  }

  /// What is known of the tensors already, said again for those who read one layer alone.
  private func quantization(_ sources: [GraphTensor], _ result: GraphTensor?) -> [JSONMember] {
    var members: [JSONMember] = []
    if sources.count == 1, let scale = sources[0].scale {
      members.append(JSONMember("input_scale", .number(scale)))
      members.append(JSONMember("input_zero_point", .integer(Int64(sources[0].zeroPoint))))
    } else if sources.count > 1, sources.allSatisfy({ $0.scale != nil }) {
      members.append(JSONMember("input_scales", .array(sources.map { .number($0.scale ?? 0) })))
      members.append(JSONMember("input_zero_points", ShapeText.integers(sources.map { Int($0.zeroPoint) })))
    }
    if let result, let scale = result.scale {
      members.append(JSONMember("output_scale", .number(scale)))
      members.append(JSONMember("output_zero_point", .integer(Int64(result.zeroPoint))))
    }
    if let bits = sources.first?.fractionBits {
      members.append(JSONMember("input_fraction_bits", .integer(Int64(bits))))
    }
    if let bits = result?.fractionBits {
      members.append(JSONMember("output_fraction_bits", .integer(Int64(bits))))
    }
    return members
  }
}

extension GraphTensor {
  fileprivate var shapeText: JSONValue {
    .object([
      JSONMember("layout", .string(layout.activationText)), JSONMember("dims", ShapeText.integers(shape)),
    ])
  }
}
