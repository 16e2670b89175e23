extension Window {
  init(decoding object: inout JSONObject, kernel known: (Int, Int)?) throws(NetworkError) {
    let kernel = try Self.pair(&object, "kernel")
    if let kernel, let known, kernel != known {
      throw object.error(.inconsistent, "\(kernel), but the weights say \(known)", key: "kernel")
    }
    let size = try object.needed(kernel ?? known, "kernel")
    // A pool over the whole image needs no stride.
    let stride = try Self.pair(&object, "stride") ?? (known == nil ? size : (1, 1))
    let dilation = try Self.pair(&object, "dilation") ?? (1, 1)
    self.init(kernel: size, stride: stride, dilation: dilation)
    groups = try object.integer("groups") ?? 1
    guard var sides = try object.object("padding") else { return }
    padding = Padding(
      top: try sides.integer("top") ?? 0, left: try sides.integer("left") ?? 0,
      bottom: try sides.integer("bottom") ?? 0, right: try sides.integer("right") ?? 0)
  }

  private static func pair(_ object: inout JSONObject, _ key: String) throws(NetworkError) -> (Int, Int)? {
    guard let values = try object.integers(key) else { return nil }
    guard values.count == 2 else { throw object.error(.malformed, "height and width are expected", key: key) }
    return (values[0], values[1])
  }

  func encoded(withGroups: Bool) -> [JSONMember] {
    var members = [
      JSONMember("kernel", ShapeText.integers([kernelHeight, kernelWidth])),
      JSONMember("stride", ShapeText.integers([strideHeight, strideWidth])),
      JSONMember(
        "padding",
        .object([
          JSONMember("top", .integer(Int64(padding.top))), JSONMember("left", .integer(Int64(padding.left))),
          JSONMember("bottom", .integer(Int64(padding.bottom))), JSONMember("right", .integer(Int64(padding.right))),
        ])),
      JSONMember("dilation", ShapeText.integers([dilationHeight, dilationWidth])),
    ]
    if withGroups { members.append(JSONMember("groups", .integer(Int64(groups)))) }
    return members
  }
}
