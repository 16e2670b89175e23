extension Requantization {
  /// The written name of the rule with real multipliers.
  static let realName = "round_half_even"

  init?(decoding object: inout JSONObject) throws(NetworkError) {
    let shift = try object.integer("right_shift")
    guard var rule = try object.object("requant") else {
      guard let shift else { return nil }
      guard (-32...62).contains(shift) else { throw object.error(.tooLarge, "\(shift)", key: "right_shift") }
      self = .shift(shift)
      return
    }
    guard shift == nil else { throw object.error(.inconsistent, "requant is there too", key: "right_shift") }
    let name = try rule.needed(try rule.string("rule"), "rule")
    let reals = try rule.doubles("real_multiplier")
    if name == Self.realName {
      self = .real(try rule.needed(reals, "real_multiplier").map { Float($0) })
      return
    }
    guard let rounding = Rounding(rawValue: name) else { throw rule.error(.unsupported, "'\(name)'", key: "rule") }
    let significands = try rule.needed(try rule.integers("q31_multiplier"), "q31_multiplier")
    let shifts = try rule.needed(try rule.integers("shift"), "shift")
    guard significands.count == shifts.count, reals.map({ $0.count == shifts.count }) ?? true else {
      throw rule.error(.inconsistent, "one shift a multiplier", key: "shift")
    }
    var multipliers: [FixedPointMultiplier] = []
    for (index, (significand, shift)) in zip(significands, shifts).enumerated() {
      multipliers.append(try FixedPointMultiplier(significand, shift, reals?[index], in: rule))
    }
    self = .fixedPoint(rounding, multipliers)
  }

  /// The member that says the rule.
  var encoded: JSONMember {
    switch self {
    case .shift(let shift): return JSONMember("right_shift", .integer(Int64(shift)))
    case .real(let reals):
      return JSONMember(
        "requant",
        .object([
          JSONMember("rule", .string(Self.realName)),
          JSONMember("real_multiplier", .array(reals.map { .number(Double($0)) })),
        ]))
    case .fixedPoint(let rounding, let multipliers):
      return JSONMember(
        "requant",
        .object([
          JSONMember("rule", .string(rounding.rawValue)),
          JSONMember("real_multiplier", .array(multipliers.map { .number($0.real) })),
          JSONMember("q31_multiplier", .array(multipliers.map { .integer(Int64($0.q31)) })),
          JSONMember("shift", .array(multipliers.map { .integer(Int64($0.shift)) })),
        ]))
    }
  }
}

extension FixedPointMultiplier {
  init(_ significand: Int, _ shift: Int, _ real: Double?, in object: JSONObject) throws(NetworkError) {
    guard let q31 = Int32(exactly: significand), q31 >= 0, Self.shiftRange.contains(shift) else {
      throw object.error(.inconsistent, "\(significand) * 2^(\(shift) - 31) is no multiplier", key: "shift")
    }
    let encoded = Double(q31) * Double(sign: .plus, exponent: shift - 31, significand: 1)
    self.init(q31: q31, shift: shift, real: real ?? encoded)
  }

  init(decoding object: inout JSONObject, _ key: String) throws(NetworkError) {
    var parts = try object.needed(try object.object(key), key)
    let significand = try parts.needed(try parts.integer("q31"), "q31")
    let shift = try parts.needed(try parts.integer("shift"), "shift")
    try self.init(significand, shift, try parts.double("real"), in: parts)
  }

  var encoded: JSONValue {
    .object([
      JSONMember("real", .number(real)), JSONMember("q31", .integer(Int64(q31))),
      JSONMember("shift", .integer(Int64(shift))),
    ])
  }
}
