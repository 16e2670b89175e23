import Weft

extension TensorLayout {
  /// The written form of a weight tensor's layout, such as `OHWI` or `1HWC`; `TensorLayout(_:)` reads it back.
  public var weightText: String { text(outer: isDepthwise ? "1" : "O", channel: isDepthwise ? "C" : "I") }

  /// The written form of an activation's layout, such as `NHWC`; `TensorLayout(_:)` reads it back.
  public var activationText: String { text(outer: "N", channel: "C") }

  private func text(outer: Character, channel: Character) -> String {
    var remaining = roles.count { $0 == .position }
    return String(
      roles.map { role -> Character in
        switch role {
        case .outer: return outer
        case .channel: return channel
        case .position:
          remaining -= 1
          return remaining == 0 ? "W" : remaining == 1 ? "H" : "D"
        }
      })
  }
}
