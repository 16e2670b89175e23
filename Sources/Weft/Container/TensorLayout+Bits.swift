extension TensorLayout {
  /// Two bits an axis, the first axis lowest (SPEC.md section 7.3).
  var roleBits: UInt16 {
    roles.enumerated().reduce(UInt16(0)) { $0 | UInt16($1.element.rawValue) << UInt16(2 * $1.offset) }
  }

  /// The layouts that most tensors have, by rank: made once, so that a million tensors share them.
  private static let standards = (0...FormatLimits.rank).map { rank in
    let layout = TensorLayout.standard(rank: rank)
    return (layout: layout, bits: layout.roleBits)
  }

  /// Reads the roles of at most 8 axes; nil for an unknown role, a bit beyond the last axis, or an impossible layout.
  init?(rank: Int, roleBits: UInt16, isDepthwise: Bool) {
    if !isDepthwise, roleBits == TensorLayout.standards[rank].bits {
      self = TensorLayout.standards[rank].layout
      return
    }
    guard rank == 8 || roleBits >> UInt16(2 * rank) == 0 else { return nil }
    var roles: [AxisRole] = []
    for axis in 0..<rank {
      guard let role = AxisRole(rawValue: UInt8(roleBits >> UInt16(2 * axis) & 3)) else { return nil }
      roles.append(role)
    }
    self.init(roles: roles, isDepthwise: isDepthwise)
  }
}
