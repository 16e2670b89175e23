extension PrecisionProfile {
  init(decoding value: JSONValue, place: String) throws(NetworkError) {
    var object = try JSONObject(value, place: "\(place), key 'profile'")
    self.init(
      activationBits: try object.integer("activation_bits"),
      activationIsSigned: try object.boolean("activation_signed"),
      activationLowBitsDropped: try object.integer("activation_low_bits_dropped"),
      weightBits: try object.integer("weight_bits"), weightLowBitsDropped: try object.integer("weight_low_bits_dropped")
    )
    try check(place: place)
    if let key = object.rest.first?.key { throw object.error(.unsupported, "not a part of a profile", key: key) }
  }

  /// Throws `inconsistent` unless widths lie in 1...16 and dropped bits in 0...15.
  func check(place: String) throws(NetworkError) {
    for bits in [activationBits, weightBits] where bits.map({ !(1...16).contains($0) }) ?? false {
      throw NetworkError(.inconsistent, "a profile has 1 to 16 bits", place: place)
    }
    for dropped in [activationLowBitsDropped, weightLowBitsDropped]
    where dropped.map({ !(0...15).contains($0) }) ?? false {
      throw NetworkError(.inconsistent, "a profile drops 0 to 15 bits", place: place)
    }
  }

  var encoded: JSONValue {
    var members: [JSONMember] = []
    func add(_ key: String, _ value: Int?) { if let value { members.append(JSONMember(key, .integer(Int64(value)))) } }
    add("activation_bits", activationBits)
    if let activationIsSigned { members.append(JSONMember("activation_signed", .boolean(activationIsSigned))) }
    add("activation_low_bits_dropped", activationLowBitsDropped)
    add("weight_bits", weightBits)
    add("weight_low_bits_dropped", weightLowBitsDropped)
    return .object(members)
  }
}
