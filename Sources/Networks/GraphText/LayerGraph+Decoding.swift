import Weft

extension LayerGraph {
  /// The `format` that is written and read.
  public static let format = "dnn-fixture-1"

  /// The name of the text: a file in a network folder, an entry in a container.
  public static let fileName = "network.json"

  /// Reads the text of a `network.json` and checks the graph.
  ///
  /// Members that are not understood are kept as extras. What the text repeats (shapes, scales and zero points of
  /// a layer's inputs and output, MACs) must agree. Throws `malformed`, `missing`, `inconsistent`, `tooLarge` or
  /// `unsupported` with the layer, tensor or key.
  public init(
    decoding text: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
  ) throws(NetworkError) {
    try self.init(try JSONParser.parse(text, limits: limits))
  }

  /// As above, for bytes in an array.
  public init(decoding text: [UInt8]) throws(NetworkError) { try self.init(try JSONParser.parse(text)) }

  private init(_ value: JSONValue) throws(NetworkError) {
    var object = try JSONObject(value, place: "network.json")
    let format = try object.needed(try object.string("format"), "format")
    guard format == Self.format else {
      throw NetworkError(.unsupported, "format '\(format)', '\(Self.format)' is known", place: "network.json")
    }
    let kind = try object.needed(try object.string("kind"), "kind")
    guard let arithmetic = Arithmetic(rawValue: kind) else {
      throw object.error(.unsupported, "'\(kind)'", key: "kind")
    }
    let name = try object.needed(try object.string("name"), "name")
    self.init(name: name, arithmetic: arithmetic)
    inputs = try object.strings("input") ?? []
    outputs = try object.strings("output") ?? []
    for member in try object.object("samples")?.rest ?? [] {
      samples.append(try GraphSample(decoding: member.value, name: member.key))
    }
    for member in try object.object("tensors")?.rest ?? [] {
      tensors.append(try GraphTensor(decoding: member.value, name: member.key))
    }
    let known = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (index, value) in (try object.array("layers") ?? []).enumerated() {
      layers.append(try Layer(decoding: value, index: index, arithmetic: arithmetic, tensors: known))
    }
    extras = object.rest
    try check()
  }
}

extension GraphSample {
  init(decoding value: JSONValue, name: String) throws(NetworkError) {
    var object = try JSONObject(value, place: "sample '\(name)'")
    self.init(name: name)
    if var profile = try object.object("profile_run") {
      profileOutput = try ArrayPath.name(profile.string("output"), place: "sample '\(name)'")
      profileExtras = profile.rest
    }
    extras = object.rest
  }
}

extension GraphTensor {
  init(decoding value: JSONValue, name: String) throws(NetworkError) {
    let place = "tensor '\(name)'"
    var object = try JSONObject(value, place: place)
    let shape = try ShapeText.shape(&object, "shape")
    let layout = try ShapeText.layout(&object, rank: shape.count, default: nil)
    let type = try ShapeText.type(&object)
    self.init(name: name, shape: shape, layout: layout, type: type)
    scale = try object.double("scale")
    if let value = try object.integer("zero_point") {
      guard let small = Int32(exactly: value) else { throw object.error(.tooLarge, "\(value)", key: "zero_point") }
      zeroPoint = small
    }
    fractionBits = try object.integer("fraction_bits")
    files = try ArrayPath.files(&object, place: place)
    extras = object.rest
  }
}
