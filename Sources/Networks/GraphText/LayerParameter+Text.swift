import Weft

extension LayerParameter {
  init?(decoding object: JSONObject?, standardLayout: String) throws(NetworkError) {
    guard var object else { return nil }
    let array = try ArrayPath.name(try object.string("file"), place: "weights or bias")
    let type = try ShapeText.type(&object)
    let shape = try ShapeText.shape(&object, "shape")
    let layout = try ShapeText.layout(&object, rank: shape.count, default: standardLayout)
    self.init(array: array, type: type, shape: shape, layout: layout)
    scales = try object.doubles("scale") ?? []
    if let values = try object.integers("zero_point") {
      zeroPoints = []
      for value in values {
        guard let small = Int32(exactly: value) else { throw object.error(.tooLarge, "\(value)", key: "zero_point") }
        zeroPoints.append(small)
      }
    }
    fractionBits = try object.integer("fraction_bits")
    extras = object.rest
  }

  func encoded(isBias: Bool) -> JSONValue {
    var members: [JSONMember] = []
    if let array { members.append(JSONMember("file", ArrayPath.path(array))) }
    members.append(JSONMember("dtype", .string(type.rawValue)))
    members.append(JSONMember("shape", ShapeText.integers(shape)))
    if !isBias { members.append(JSONMember("layout", .string(layout.weightText))) }
    if !scales.isEmpty { members.append(JSONMember("scale", .array(scales.map { .number($0) }))) }
    if !scales.isEmpty || zeroPoints != [0] {
      let values = zeroPoints.map { JSONValue.integer(Int64($0)) }
      members.append(JSONMember("zero_point", values.count == 1 ? values[0] : .array(values)))
    }
    if let fractionBits { members.append(JSONMember("fraction_bits", .integer(Int64(fractionBits)))) }
    return .object(members + extras)
  }
}
