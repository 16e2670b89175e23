/// The role of each axis of a tensor, and whether it holds the weights of a depthwise convolution.
///
/// The written form has one letter an axis: `N` batch, `O` filter and `1` the single outer axis of a depthwise
/// tensor are outer axes; `D`, `H` and `W` are positions; `C` and `I` are channels. So activations are `NHWC`,
/// `NCHW` or `NC`, weights `OHWI`, `OIHW` or `OI`, depthwise weights `1HWC`.
public struct TensorLayout: Hashable, Sendable {
  /// One role an axis, in the order of the shape.
  public let roles: [AxisRole]
  /// True for depthwise weights, in which each channel is its own filter.
  public let isDepthwise: Bool

  /// Makes a layout; nil when there is more than one outer or channel axis, when position axes are not adjacent,
  /// or when a depthwise layout lacks its channel axis.
  public init?(roles: [AxisRole], isDepthwise: Bool = false) {
    guard roles.count(where: { $0 == .outer }) <= 1, roles.count(where: { $0 == .channel }) <= 1 else { return nil }
    if let first = roles.firstIndex(of: .position), let last = roles.lastIndex(of: .position) {
      guard roles[first...last].allSatisfy({ $0 == .position }) else { return nil }
    }
    guard !isDepthwise || roles.contains(.channel) else { return nil }
    self.roles = roles
    self.isDepthwise = isDepthwise
  }

  /// Reads the written form, for example `"OHWI"`; nil for an unknown letter or an impossible combination.
  public init?(_ text: PlainText) {
    var roles: [AxisRole] = []
    var isDepthwise = false
    for letter in text.utf8 {
      switch letter {
      case UInt8(ascii: "N"), UInt8(ascii: "O"): roles.append(.outer)
      case UInt8(ascii: "1"):
        roles.append(.outer)
        isDepthwise = true
      case UInt8(ascii: "D"), UInt8(ascii: "H"), UInt8(ascii: "W"): roles.append(.position)
      case UInt8(ascii: "C"), UInt8(ascii: "I"): roles.append(.channel)
      default: return nil
      }
    }
    self.init(roles: roles, isDepthwise: isDepthwise)
  }

  /// The default for a rank: first axis outer, last axis channel, positions between; rank 1 is a channel axis
  /// alone and rank 0 has no axis.
  public static func standard(rank: Int) -> TensorLayout {
    precondition(rank >= 0)
    let roles = (0..<rank).map { axis in
      axis == rank - 1 ? AxisRole.channel : axis == 0 ? .outer : .position
    }
    return TensorLayout(roles: roles)!
  }
}
